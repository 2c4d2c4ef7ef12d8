import { expect, test } from 'vitest';
import { isProtected, keepOf, keepSeconds, keepText } from '../../src/model/safety.ts';
import {
  holdsData,
  originalBody,
  sealBody,
  snapshotBody,
  snapshotId,
  snapshotName,
  snapshotsIn,
} from '../../src/model/snapshot.ts';
import { project, volume } from '../support/builders.ts';

const taken = {
  ...{ name: snapshotName('0123456789ab'), project: 'p', volume: 'p_data', key: 'data' },
  ...({ reason: 'down', keepSeconds: 60 } as const),
  original: { driver: 'local', options: { o: 'size=1' }, labels: { 'a"b': 'ü' } },
};
const proved = { time: '2026-01-01T00:00:00.000Z', digest: 'abc', bytes: 5, entries: 3 };
const kept = ({ Name, Labels }: ReturnType<typeof snapshotBody>) => ({ name: Name, labels: Labels });

test('what a snapshot is can be read from its labels, once it is sealed', () => {
  const [content, seal] = [kept(snapshotBody(taken)), kept(sealBody(taken, proved))];
  expect(snapshotsIn([seal, content])).toEqual([{ ...taken, proved: { ...proved, seal: seal.name } }]);
  expect(snapshotsIn([content])).toEqual([taken]);
  expect(snapshotsIn([seal])).toEqual([]);
  expect(snapshotId(taken.name)).toBe('0123456789ab');
});

test('volumes of others, and damaged ones, are no snapshots', () => {
  const labels = { ...snapshotBody(taken).Labels, 'tscompose.snapshot.original': '{' };
  expect(
    snapshotsIn([
      { name: 'x', labels },
      { name: 'y', labels: {} },
    ]),
  ).toEqual([]);
});

test('no label of a snapshot is one of docker compose', () => {
  const labels = { ...snapshotBody(taken).Labels, ...sealBody(taken, proved).Labels };
  expect(Object.keys(labels).filter((name) => !name.startsWith('tscompose.'))).toEqual([]);
});

test('the volume is made again as it was', () => {
  const { driver: Driver, options: DriverOpts, labels: Labels } = taken.original;
  expect(originalBody(taken)).toEqual({ Name: 'p_data', Driver, DriverOpts, Labels });
});

test.each([
  ['7d', 604800],
  ['1h30m', 5400],
  ['never', 0],
  [false, 0],
  [true, 604800],
  ['soon', undefined],
  [7, undefined],
  [undefined, undefined],
])('%j is a time of %j seconds', (value, seconds) => expect(keepSeconds(value)).toBe(seconds));

test('a volume has its own word, or that of the top level', () => {
  const all = project({}, { extensions: { 'x-tscompose': { snapshots: '1d' } } });
  expect(keepOf(all, volume('v'))).toBe(86400);
  expect(keepOf(all, volume('v', { 'x-tscompose': { snapshots: 'never' } }))).toBe(0);
  expect(keepOf(project({}), volume('v'))).toBeUndefined();
});

test('only `protect: true` protects', () => {
  expect(isProtected(volume('v', { 'x-tscompose': { protect: true } }))).toBe(true);
  for (const settings of [{ protect: false }, {}, null, 'protect'])
    expect(isProtected(volume('v', { 'x-tscompose': settings }))).toBe(false);
});

test.each([
  [604800, '7 days'],
  [86400, '1 day'],
  [5400, '90 minutes'],
  [61, '61 seconds'],
])('%d seconds are told as %s', (seconds, text) => expect(keepText(seconds)).toBe(text));

test('a volume that points elsewhere holds nothing itself', () => {
  expect(holdsData({ driver: 'local', options: {} })).toBe(true);
  expect(holdsData({ driver: 'local', options: { type: 'nfs', o: 'addr=x', device: ':/data' } })).toBe(false);
  expect(holdsData({ driver: 'plugin', options: { device: 'x' } })).toBe(true);
});
