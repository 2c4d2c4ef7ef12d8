import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const tool = here('../../../shared/tools/run-calls.mjs');
const cases = here('../../../shared/corpus/cases');
const built = here('../../dist/main.js');

/** The cases that touch create bodies most; the whole corpus takes minutes. */
const groups = ['spec-volumes-*', 'spec-networks-*', 'spec-ports-*', 'spec-deploy-*', 'compose-go-tests-*'];

test.skipIf(!existsSync(tool) || !existsSync(built)).each(groups)(
  'what create asks the engine for is what docker compose asks for: %s',
  async (only) => {
    expect(readdirSync(cases).length).toBeGreaterThan(0);
    const command = ['--cases', cases, '--cmd', here('../../bin/tscompose'), '--only', only, '--verbose'];
    const ran = await promisify(execFile)(process.execPath, [tool, ...command]).catch(
      (error: unknown) => error,
    );
    const { stdout } = ran as { stdout: string };
    expect(stdout).toMatch(/^\d+ passed, 0 failed$/m);
    expect(stdout).not.toMatch(/^0 passed/m);
  },
  120_000,
);
