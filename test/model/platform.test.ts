import { expect, test } from 'vitest';
import { contentId, normalPlatform, satisfiesPlatform } from '../../src/model/platform.ts';

test.each([
  ['linux/amd64', 'linux/amd64'],
  ['amd64', 'linux/amd64'],
  ['Linux/X86_64', 'linux/amd64'],
  ['linux/arm64/v8', 'linux/arm64'],
  ['linux/aarch64', 'linux/arm64'],
  ['linux/arm/v7', 'linux/arm'],
  ['linux/arm/7', 'linux/arm'],
  ['linux/arm/v6', 'linux/arm/v6'],
  ['armel', 'linux/arm/v6'],
  ['linux/386', 'linux/386'],
  ['windows/amd64', 'windows/amd64'],
])('%s is %s', (text, normal) => expect(normalPlatform(text)).toBe(normal));

test('an image serves a platform that it has, and any if it tells none', () => {
  expect(satisfiesPlatform(['linux/amd64', 'linux/arm64/v8'], 'linux/arm64')).toBe(true);
  expect(satisfiesPlatform(['linux/amd64'], 'linux/arm64')).toBe(false);
  expect(satisfiesPlatform(['linux/arm/v6'], 'linux/arm')).toBe(false);
  expect(satisfiesPlatform([], 'linux/arm64')).toBe(true);
});

test('what a container of a platform is made from, by the ids of an image of several platforms', () => {
  const image = { id: 'index', manifests: { 'linux/amd64': 'a', 'linux/arm64/v8': 'b' } };
  expect(contentId(image, 'linux/x86_64')).toBe('a');
  expect(contentId(image, 'linux/arm64')).toBe('b');
  expect(contentId(image, 'linux/riscv64')).toBe('index');
  expect(contentId({ id: 'one' }, 'linux/amd64')).toBe('one');
});

test('a system without an architecture is satisfied by any of it', () => {
  expect(satisfiesPlatform(['linux/amd64'], 'linux')).toBe(true);
  expect(satisfiesPlatform(['linux/amd64'], 'windows')).toBe(false);
});
