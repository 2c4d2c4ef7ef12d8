import { describe, expect, it } from 'vitest';
import type { Content } from '../../src/watch/content.ts';
import { parts, topmost, transferOf } from '../../src/watch/transfer.ts';

const shared = { mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 };
const file = (container: string, print: string): Content => ({
  ...{ ...shared, kind: 'file', container, print, size: 1, bytes: new Uint8Array(1) },
});
const folder = (container: string): Content => ({
  ...shared,
  kind: 'directory',
  container,
  print: 'directory 493',
});
const gone = (container: string): Content => ({ kind: 'gone', container, print: '-' });

describe('what a container is sent', () => {
  it.each<[what: string, contents: Content[], has: [string, string][], put: string[], remove: string[]]>([
    ['what it never got', [file('/a', '1')], [], ['/a'], []],
    ['what is another content', [file('/a', '2')], [['/a', '1']], ['/a'], []],
    [
      'not what it has',
      [file('/a', '1'), folder('/d')],
      [
        ['/a', '1'],
        ['/d', 'directory 493'],
      ],
      [],
      [],
    ],
    [
      'what has gone, once',
      [gone('/a'), gone('/b')],
      [
        ['/a', '-'],
        ['/b', '1'],
      ],
      [],
      ['/b'],
    ],
    ['the top of what has gone', [gone('/d/x/y'), gone('/d'), gone('/dx')], [], [], ['/d', '/dx']],
    ['folders first', [file('/d/e/f', '1'), folder('/d/e'), folder('/d')], [], ['/d', '/d/e', '/d/e/f'], []],
    ['a file in place of a folder', [file('/d', 'file 1')], [['/d', 'directory 493']], ['/d'], ['/d']],
    ['a folder in place of a file', [folder('/d')], [['/d', 'file 1']], ['/d'], ['/d']],
    ['a file that comes back', [file('/a', '1')], [['/a', '-']], ['/a'], []],
  ])('%s', (_, contents, has, put, remove) => {
    const transfer = transferOf(contents, new Map(has));
    expect(transfer.put.map(({ container }) => container)).toEqual(put);
    expect(transfer.remove).toEqual(remove);
  });

  it('in parts', () => {
    expect([...parts([1, 2, 3, 4, 5], 2)]).toEqual([[1, 2], [3, 4], [5]]);
    expect([...parts([], 2)]).toEqual([]);
    expect(topmost(['/a', '/a'])).toEqual(['/a']);
  });
});
