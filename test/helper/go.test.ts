import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const folder = resolve(import.meta.dirname, '../../helper');
const usual = ['go', '/usr/local/go/bin/go', '/usr/lib/go/bin/go'];
const go = usual.find((path) => spawnSync(path, ['version'], { stdio: 'ignore' }).status === 0);

test.skipIf(go === undefined)(
  'the helper passes its own tests',
  () => {
    const env = { ...process.env, GOFLAGS: '', GOWORK: 'off', GOPROXY: 'off', GOTOOLCHAIN: 'local' };
    const ended = spawnSync(go!, ['test', './...'], { cwd: folder, encoding: 'utf8', env });
    expect(ended.status, ended.stdout + ended.stderr).toBe(0);
  },
  120_000,
);
