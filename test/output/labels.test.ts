import { expect, test } from 'vitest';
import type { VolumeSummary } from '../../src/engine/engine.ts';
import { formatRows } from '../../src/output/rows.ts';
import { volumeFields, volumeFormat } from '../../src/output/volumes.ts';

const volume: VolumeSummary = {
  ...{ name: 'data', driver: 'local', mountpoint: '/v/data', scope: 'local', options: {}, created: '' },
  labels: { 'shop.kinds': 'a,b', role: 'db' },
};
const show = (format: string) => formatRows(format, [volumeFields(volume)], volumeFormat);

test.each([
  ['a value with commas is whole', '{{.Label "shop.kinds"}}', 'a,b\n'],
  ['an unknown label is empty', '<{{.Label "nope"}}>', '<>\n'],
  ['the heading is the last part, in words', 'table {{.Label "shop.old-kinds"}}', 'old kinds\n\n'],
])('%s', (_, format, expected) => {
  expect(show(format).replace(/ +$/gm, '')).toBe(expected);
});

test('labels for templates are no field of their own', () => {
  expect(Object.keys(JSON.parse(show('{{json .}}')) as object)).toEqual(volumeFormat.fields);
});
