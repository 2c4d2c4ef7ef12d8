import { describe, expect, it } from 'vitest';
import { settleGlobal } from '../../src/cli/global.ts';

describe('settleGlobal', () => {
  it('takes what is not given from the environment', () => {
    const environment = {
      COMPOSE_ANSI: 'never',
      COMPOSE_PROGRESS: 'json',
      COMPOSE_PARALLEL_LIMIT: '4',
      COMPOSE_COMPATIBILITY: 'true',
      COMPOSE_DRY_RUN: '0',
    };
    const expected = { ansi: 'never', progress: 'json', parallel: 4, compatibility: true, 'dry-run': false };
    expect(settleGlobal({}, environment)).toMatchObject(expected);
    expect(settleGlobal({ parallel: 2, progress: 'plain' }, environment)).toMatchObject({
      parallel: 2,
      progress: 'plain',
    });
  });

  it('knows the old names', () => {
    expect(settleGlobal({ ansi: 'sometimes' }, {}).ansi).toBe('auto');
    expect(settleGlobal({ 'no-ansi': true, workdir: '/srv' }, {})).toMatchObject({
      ansi: 'never',
      'project-directory': '/srv',
    });
  });

  it.each([
    [{ progress: 'bogus' }, {}, 'unsupported --progress value "bogus"'],
    [{}, { COMPOSE_PARALLEL_LIMIT: 'x' }, 'COMPOSE_PARALLEL_LIMIT must be an integer, not "x"'],
    [{ progress: 'tty', ansi: 'never' }, {}, "--progress tty can't be used with --ansi never"],
  ])('refuses %j with %j', (given, environment, message) => {
    expect(() => settleGlobal(given, environment)).toThrow(message);
  });
});
