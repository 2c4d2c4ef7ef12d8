import { expect, test } from 'vitest';
import { nothingSelected } from '../../src/cli/up/services.ts';
import type { Project } from '../../src/model/project.ts';

const withDisabled = (disabledServices: object): Project => ({ disabledServices }) as Project;

test('without a service that is active, up says which profiles there are', () => {
  const error = nothingSelected(withDisabled({ b: { profiles: ['dev', 'all'] }, a: { profiles: ['dev'] } }));
  expect(error).toMatchObject({
    message: 'no service selected',
    hint: 'activate a profile with --profile: all, dev',
  });
});

test('without any service, up says how to remove what runs', () => {
  expect(nothingSelected(withDisabled({})).hint).toContain('tscompose down');
});
