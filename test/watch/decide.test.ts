import { describe, expect, it } from 'vitest';
import { below } from '../../src/watch/below.ts';
import { decide, isIdle } from '../../src/watch/decide.ts';
import type { Rule } from '../../src/watch/rules.ts';
import type { Change } from '../../src/watch/tree.ts';

function rule(action: Rule['action'], path: string, more: Partial<Rule> = {}): Rule {
  return {
    ...{ service: 'web', action, path, include: [], ignore: [], initialSync: false, mounted: [] },
    has: (at) => below(path, at) !== undefined,
    mayHaveBelow: () => true,
    ...more,
  };
}

const changed = (path: string): Change => ({ path, now: 'file', before: 'file' });
const made = (path: string, now: Change['now'] = 'file'): Change => ({ path, now, before: undefined });
const gone = (path: string, before: Change['before'] = 'file'): Change => ({ path, now: undefined, before });

const sync = rule('sync', '/p/src', { target: '/app' });
const exec = rule('sync+exec', '/p/conf', { target: '/conf', service: 'proxy' });

describe('what changes lead to', () => {
  it.each<[what: string, changes: Change[], rules: Rule[], work: object]>([
    ['nothing elsewhere', [changed('/p/other')], [sync], { rebuild: [], sync: {}, restart: [], exec: [] }],
    ['a copy', [changed('/p/src/a/b')], [sync], { sync: { web: ['/p/src/a/b > /app/a/b'] } }],
    ['a removal', [gone('/p/src/a')], [sync], { sync: { web: ['/p/src/a > /app/a'] } }],
    ['a folder', [made('/p/src/d', 'directory')], [sync], { sync: { web: ['/p/src/d > /app/d'] } }],
    ['the watched folder itself: nothing', [made('/p/src', 'directory')], [sync], { sync: {} }],
    ['the watched folder goes', [gone('/p/src', 'directory')], [sync], { sync: { web: ['/p/src > /app'] } }],
    ['a socket: nothing', [made('/p/src/s', 'other'), gone('/p/src/t', 'other')], [sync], { sync: {} }],
    [
      'a restart after the copies',
      [changed('/p/src/a')],
      [rule('sync+restart', '/p/src', { target: '/a' })],
      {
        ...{ sync: { web: ['/p/src/a > /a/a'] }, restart: ['web'] },
      },
    ],
    [
      'a restart alone',
      [changed('/p/a'), changed('/p/b')],
      [rule('restart', '/p')],
      { sync: {}, restart: ['web'] },
    ],
    [
      'one rebuild for many',
      [changed('/p/a'), changed('/p/b')],
      [rule('rebuild', '/p')],
      { rebuild: ['web'] },
    ],
    [
      'no restart of what is made anew',
      [changed('/p/a')],
      [rule('rebuild', '/p'), rule('restart', '/p')],
      {
        ...{ rebuild: ['web'], restart: [] },
      },
    ],
    [
      'one command for many',
      [changed('/p/conf/a'), gone('/p/conf/b')],
      [exec],
      {
        ...{ sync: { proxy: ['/p/conf/a > /conf/a', '/p/conf/b > /conf/b'] }, exec: [exec] },
      },
    ],
    [
      'two rules, two places',
      [changed('/p/src/a')],
      [sync, rule('sync', '/p', { target: '/all' })],
      {
        sync: { web: ['/p/src/a > /app/a', '/p/src/a > /all/src/a'] },
      },
    ],
    [
      'two rules, one place',
      [changed('/p/src/a')],
      [sync, rule('sync+restart', '/p/src', { target: '/app/' })],
      {
        ...{ sync: { web: ['/p/src/a > /app/a'] }, restart: ['web'] },
      },
    ],
    [
      'a file to a file',
      [changed('/p/x.conf')],
      [rule('sync', '/p/x.conf', { target: '/etc/y.conf' })],
      {
        sync: { web: ['/p/x.conf > /etc/y.conf'] },
      },
    ],
    [
      'a file to a folder',
      [gone('/p/x.conf')],
      [rule('sync', '/p/x.conf', { target: '/etc/' })],
      {
        sync: { web: ['/p/x.conf > /etc/x.conf'] },
      },
    ],
    [
      'no copy of what is mounted',
      [changed('/p/src/m/a')],
      [{ ...sync, mounted: ['/p/src/m'] }],
      { sync: {} },
    ],
  ])('%s', (_, changes, rules, expected) => {
    const work = decide(changes, rules);
    const copies = [...work.sync].map(([service, all]) => [
      service,
      all.map((c) => `${c.host} > ${c.container}`),
    ]);
    expect({ ...work, sync: Object.fromEntries(copies) }).toMatchObject(expected);
    const { sync: wanted = {}, ...rest } = expected as { sync?: object };
    const idle = [wanted, ...Object.values(rest)].every((one) => Object.keys(one as object).length === 0);
    expect(isIdle(work)).toBe(idle);
  });
});
