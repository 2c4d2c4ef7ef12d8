import { describe, expect, it } from 'vitest';
import { calledAs } from '../../src/cli/calledAs.ts';

const plugin = { DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: '/usr/bin/docker' };

describe('how the program was called', () => {
  it('by its own name nothing is special', () => {
    expect(calledAs('/usr/bin/tscompose', ['up', '-d'], {})).toEqual({
      ...{ program: 'tscompose', asCompose: false, argv: ['up', '-d'], environment: {} },
    });
  });

  it('as docker-compose it stands in for that', () => {
    expect(calledAs('/usr/bin/docker-compose', ['ps'], {})).toMatchObject({
      ...{ program: 'docker-compose', asCompose: true, argv: ['ps'] },
    });
  });

  it.each([
    ['docker-tscompose', ['tscompose', 'up', '-d'], ['up', '-d'], 'docker tscompose', false],
    [
      'docker-compose',
      ['compose', 'exec', 'compose', 'ls'],
      ['exec', 'compose', 'ls'],
      'docker compose',
      true,
    ],
    [
      'docker-compose',
      ['-H', 'unix:///s', '-D', 'compose', 'ps'],
      ['-H', 'unix:///s', '-D', 'ps'],
      'docker compose',
      true,
    ],
    [
      'docker-compose',
      ['--context=far', '--tls', 'compose'],
      ['--context=far', '--tls'],
      'docker compose',
      true,
    ],
    ['docker-compose', ['__complete', 'compose', 'up', ''], ['__complete', 'up', ''], 'docker compose', true],
    [
      'docker-compose',
      ['docker-cli-plugin-metadata'],
      ['docker-cli-plugin-metadata'],
      'docker compose',
      true,
    ],
  ])('as a plugin: %s %j', (name, argv, rest, program, asCompose) => {
    const called = calledAs(`/plugins/${name}`, argv, plugin);
    expect(called).toMatchObject({ argv: rest, program, asCompose });
  });

  it('as a plugin that is a script which starts it under its own name', () => {
    const called = calledAs('/opt/bin/tscompose', ['-D', 'compose', 'ps', '-q'], plugin);
    expect(called).toMatchObject({
      ...{ program: 'docker compose', asCompose: true, argv: ['-D', 'ps', '-q'] },
    });
    expect(calledAs('/opt/bin/tscompose', ['ps'], plugin)).toMatchObject({
      ...{ program: 'tscompose', argv: ['ps'] },
    });
  });

  it("takes over the client's folder of configuration", () => {
    for (const argv of [
      ['--config', '/c', 'compose', 'ps'],
      ['--config=/c', 'compose', 'ps'],
    ]) {
      const called = calledAs('/plugins/docker-compose', argv, plugin);
      expect(called.argv).toEqual(['ps']);
      expect(called.environment['DOCKER_CONFIG']).toBe('/c');
    }
  });
});
