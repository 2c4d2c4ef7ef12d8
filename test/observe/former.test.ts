import { expect, test } from 'vitest';
import type { ContainerSummary, VolumeSummary } from '../../src/engine/engine.ts';
import { label } from '../../src/model/labels.ts';
import { type FormerFacts, formerName, type Origin } from '../../src/observe/former.ts';
import { project, volume } from '../support/builders.ts';

const now = Date.parse('2026-05-01T12:00:00Z') / 1000;

const volumeOf = (name: string, key: string, created = '2026-05-01T10:00:00Z'): VolumeSummary => ({
  ...{ name: `${name}_${key}`, driver: 'local', mountpoint: '', scope: 'local', created, options: {} },
  labels: { [label.project]: name, [label.volume]: key },
});

function containerOf(name: string, service: string, folder: string, files = `${folder}/compose.yaml`) {
  const labels = {
    ...{ [label.project]: name, [label.service]: service },
    ...{ [label.workingDir]: folder, [label.configFiles]: files },
  };
  return { labels } as unknown as ContainerSummary;
}

const ours = project(
  { db: { image: 'x' }, web: { image: 'x' } },
  {
    name: 'new',
    volumes: {
      data: volume('new_data'),
      cache: volume('new_cache'),
      named: volume('everywhere'),
      outside: volume('outside', { external: true }),
    },
  },
);

const facts = (more: Partial<FormerFacts> = {}): FormerFacts => ({
  ...{ containers: [], remembered: new Map<string, Origin>(), isThere: () => true, now },
  ...more,
});

const both = [volumeOf('old', 'data'), volumeOf('old', 'cache')];
const names = ['old_cache', 'old_data'];

test.each([
  [
    'its containers were made from this folder',
    both,
    facts({ containers: [containerOf('old', 'db', '/p')] }),
    { project: 'old', volumes: names, by: 'folder' },
  ],
  [
    'its containers were made from one of these files, in another folder',
    both,
    facts({ containers: [containerOf('old', 'db', '/q', '/p/compose.yaml,/q/more.yaml')] }),
    { project: 'old', volumes: names, by: 'folder' },
  ],
  ['they belong to another folder', both, facts({ containers: [containerOf('old', 'db', '/q')] }), undefined],
  [
    'one of them belongs to another folder',
    both,
    facts({ containers: [containerOf('old', 'db', '/p'), containerOf('old', 'web', '/q')] }),
    undefined,
  ],
  [
    'they were made in a folder that is gone',
    both,
    facts({ containers: [containerOf('old', 'db', '/q')], isThere: () => false }),
    { project: 'old', volumes: names, by: 'moved' },
  ],
  [
    'that folder is gone, but they are other services',
    both,
    facts({ containers: [containerOf('old', 'queue', '/q')], isThere: () => false }),
    undefined,
  ],
  [
    'revisions remember this folder',
    both,
    facts({ remembered: new Map([['old', { workingDir: '/p', configFiles: [], services: ['db'] }]]) }),
    { project: 'old', volumes: names, by: 'folder' },
  ],
  [
    'revisions remember another folder',
    both,
    facts({ remembered: new Map([['old', { workingDir: '/q', configFiles: [], services: ['db'] }]]) }),
    undefined,
  ],
  [
    'nothing but all of the volumes is left',
    both,
    facts(),
    { project: 'old', volumes: names, by: 'volumes' },
  ],
  ['nothing but one of the volumes is left', both.slice(1), facts(), undefined],
  ['it has more volumes', [...both, volumeOf('old', 'other')], facts(), undefined],
  [
    'the volumes have just been made',
    [volumeOf('old', 'data', '2026-05-01T11:59:50Z'), volumeOf('old', 'cache')],
    facts(),
    undefined,
  ],
  ['only volumes of this very project are there', [volumeOf('new', 'data')], facts(), undefined],
  [
    'a volume has a name of its own',
    [{ ...volumeOf('old', 'named'), name: 'everywhere' }],
    facts({ containers: [containerOf('old', 'db', '/p')] }),
    undefined,
  ],
] as const)('a project under another name, where %s', (_, volumes, given, expected) => {
  expect(formerName(ours, volumes, given)).toEqual(expected);
});

test('what is proved counts more, then what is newer', () => {
  const later = [
    volumeOf('later', 'data', '2026-05-01T11:00:00Z'),
    volumeOf('later', 'cache', '2026-05-01T11:00:00Z'),
  ];
  const containers = [containerOf('old', 'db', '/p')];
  expect(formerName(ours, [...both, ...later], facts({ containers }))?.project).toBe('old');
  expect(formerName(ours, [...both, ...later], facts())?.project).toBe('later');
});
