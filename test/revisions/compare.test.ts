import { describe, expect, test } from 'vitest';
import type { Service } from '../../src/model/service.ts';
import { compareRevisions, summarize } from '../../src/revisions/compare.ts';
import { contentOf, type RevisionContent } from '../../src/revisions/revision.ts';
import { project } from '../support/builders.ts';

const content = (
  services: Record<string, Service>,
  images: Record<string, string> = {},
): RevisionContent => ({
  project: project(services),
  images,
});

describe('what differs between two revisions', () => {
  test('is told path by path', () => {
    const before = content({ web: { image: 'a', environment: { A: '1', B: '2' }, ports: [{ target: 80 }] } });
    const after = content({ web: { image: 'a', environment: { A: '1', B: '3' } }, db: { image: 'b' } });
    expect(compareRevisions(before, after)).toEqual([
      { path: 'services.db.image', before: undefined, after: 'b' },
      { path: 'services.db.networks.default', before: undefined, after: 'null' },
      { path: 'services.web.environment.B', before: '2', after: '3' },
      { path: 'services.web.ports.0.target', before: '80', after: undefined },
    ]);
  });

  test('includes the images that containers were made from, whatever their names', () => {
    const before = content({ web: { image: 'a' } }, { web: 'sha256:0123456789abcdef' });
    const after = content({ web: { image: 'a' } }, { web: 'sha256:fedcba9876543210' });
    expect(compareRevisions(before, after)).toEqual([
      { path: 'images.web', before: '0123456789ab', after: 'fedcba987654' },
    ]);
    expect(summarize(compareRevisions(before, after))).toBe('web: image');
  });

  test('does not include where the files lie', () => {
    const before = content({ web: { image: 'a' } });
    const after = {
      ...before,
      project: { ...before.project, workingDir: '/other', configFiles: ['/other/c'] },
    };
    expect(compareRevisions(before, after)).toEqual([]);
  });

  test('is summed up by service', () => {
    const before = content({ web: { image: 'a', environment: { A: '1' } } });
    const after = content({ web: { image: 'b', environment: { A: '2' }, tty: true, init: true } });
    expect(summarize(compareRevisions(before, after))).toBe('web: environment, image, init, …');
  });
});

describe('what a revision holds', () => {
  const shell = { environment: { PASSWORD: 'hunter2' } };

  test('no variable of the shell', () => {
    const made = contentOf(project({ web: { image: 'a' } }, shell), {}, undefined, {});
    expect(JSON.stringify(made)).not.toContain('hunter2');
  });

  test('services that this up left out, as they were before', () => {
    const before = content(
      { web: { image: 'old' }, db: { image: 'old' }, gone: { image: 'old' } },
      { db: 'sha256:1' },
    );
    const now = project({ web: { image: 'new' } }, { disabledServices: { db: { image: 'new' } } });
    const made = contentOf(now, { web: 'sha256:2' }, before, {});
    expect(Object.entries(made.project.services).map(([name, { image }]) => [name, image])).toEqual([
      ['db', 'old'],
      ['web', 'new'],
    ]);
    expect(made.images).toEqual({ db: 'sha256:1', web: 'sha256:2' });
  });

  test('the number of containers that was asked for', () => {
    const made = contentOf(project({ web: { image: 'a' } }), {}, undefined, { web: 3 });
    expect(made.project.services['web']!.scale).toBe(3);
  });
});
