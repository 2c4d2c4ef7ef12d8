import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const tool = resolve(root, '../shared/tools/check-cli.mjs');
const surface = resolve(root, '../shared/facts/cli-surface.json');
const isThere = existsSync(tool) && existsSync(resolve(root, 'dist/boot.cjs'));

test.skipIf(!isThere)(
  "has every command and flag of docker compose's surface",
  { timeout: 120_000 },
  async () => {
    const args = [tool, '--cmd', resolve(root, 'bin/tscompose'), '--surface', surface];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    for await (const chunk of child.stdout) text += String(chunk);
    expect(text).toMatch(/^\d+ passed, 0 failed\n$/);
  },
);
