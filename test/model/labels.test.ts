import { expect, test } from 'vitest';
import { contentDigestIn, label, versionLabel } from '../../src/model/labels.ts';

test('the version label carries the digest of the content', () => {
  expect(versionLabel('1.2.3', undefined)).toBe('1.2.3');
  expect(contentDigestIn({ [label.version]: versionLabel('1.2.3', 'abc') })).toBe('abc');
});

test.each([{}, { [label.version]: '' }, { [label.version]: '5.5.0' }])('%j tells no digest', (labels) => {
  expect(contentDigestIn(labels)).toBeUndefined();
});
