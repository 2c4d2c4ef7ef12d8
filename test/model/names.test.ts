import { expect, test } from 'vitest';
import { containerName, imageName, separator, temporaryName } from '../../src/model/names.ts';
import { project } from '../support/builders.ts';

const group = project({
  web: { image: 'w' },
  own: { image: 'o', container_name: 'mine' },
  made: { build: {} },
});

test.each([
  ['web', 2, false, 'p-web-2'],
  ['web', 2, true, 'p_web_2'],
  ['own', 1, false, 'mine'],
])('container %s %d, compatibility %s: %s', (service, number, compatibility, name) => {
  expect(containerName(group, service, number, compatibility)).toBe(name);
});

test('a container that stands beside the one it replaces', () => {
  expect(temporaryName('d115659f6c63aaaa', 'p-web-1', [])).toBe('d115659f6c63_p-web-1');
  const left = { id: '0123456789abcdef', name: 'd115659f6c63_p-web-1' };
  expect(temporaryName('d115659f6c63aaaa', 'p-web-1', [left])).toBe('0123456789ab_p-web-1');
});

test('an image is as written, or named after its service', () => {
  expect(imageName('p', 'web', group.services['web']!)).toBe('w');
  expect(imageName('p', 'made', group.services['made']!)).toBe('p-made');
  expect(imageName('p', 'made', group.services['made']!, true)).toBe('p_made');
  expect(separator(true)).toBe('_');
});
