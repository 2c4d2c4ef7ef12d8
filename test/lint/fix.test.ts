import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith } from '../support/folder.ts';
import { printed } from '../support/printed.ts';

const base = `# the shop
version: "3.8" # old

services:
  web: # front
    image: nginx
    ports:
      - 2222:22 # ssh
      - "80:80"
      - "80:80"
    cap_add: [NET_ADMIN, CHOWN, NET_ADMIN]
`;
const override = `services:
  web:
    # hidden ports
    ports: !override
      - 2200:22
      - 8080:80
version: "3"
`;

test('puts right what changes no meaning, and nothing else', async () => {
  const folder = folderWith({ 'compose.yaml': base, 'compose.override.yaml': override });
  const before = await printed(folder, ['config', '--format', 'json']);
  const fixed = await printed(folder, ['lint', '--offline', '--fix']);
  expect(fixed).toMatchObject({ stdout: '', exit: 0 });
  expect(fixed.stderr).toBe('compose.yaml: 4 fixes\ncompose.override.yaml: 2 fixes\nno problems found\n');
  expect(readFileSync(join(folder, 'compose.yaml'), 'utf8')).toBe(`# the shop

services:
  web: # front
    image: nginx
    ports:
      - "2222:22" # ssh
      - "80:80"
    cap_add: [NET_ADMIN, CHOWN]
`);
  expect(readFileSync(join(folder, 'compose.override.yaml'), 'utf8')).toBe(
    override.replace('version: "3"\n', '').replace('2200:22', '"2200:22"'),
  );
  const after = await printed(folder, ['config', '--format', 'json']);
  expect(after.stdout).toBe(before.stdout);
  expect((await printed(folder, ['lint', '--offline', '--fix'])).stderr).toBe('no problems found\n');
});

test('puts right a list that makes the file invalid', async () => {
  const file = 'services:\n  web:\n    image: nginx\n    group_add:\n      - audio\n      - audio\n';
  const folder = folderWith({ 'compose.yaml': file });
  expect((await printed(folder, ['lint', '--offline'])).exit).toBe(1);
  expect((await printed(folder, ['lint', '--offline', '--fix'])).exit).toBe(0);
  expect(readFileSync(join(folder, 'compose.yaml'), 'utf8')).toBe(file.replace('      - audio\n', ''));
});

test('leaves alone what is silenced, and keeps the mark at the start of a file', async () => {
  const file = `\ufeffversion: "3"\nx-tscompose: {ignore: TSC216}\n${base.slice(base.indexOf('services'))}`;
  const folder = folderWith({ 'compose.yaml': file });
  await printed(folder, ['lint', '--offline', '--fix']);
  expect(readFileSync(join(folder, 'compose.yaml'), 'utf8')).toBe(
    file.replace('version: "3"\n', '').replace('2222:22', '"2222:22"'),
  );
});
