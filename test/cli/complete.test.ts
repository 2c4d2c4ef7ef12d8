import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerCompletion } from '../../src/cli/complete/answer.ts';
import { complete } from '../../src/cli/complete/candidates.ts';
import { installCompletion, usersShell } from '../../src/cli/complete/install.ts';
import { completionScript, shells } from '../../src/cli/complete/scripts.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsc-complete-'));
  const text = `name: shop
services:
  web: { image: nginx }
  worker: { image: worker, profiles: [jobs] }
  db: { image: db, profiles: [data, jobs] }
`;
  writeFileSync(join(folder, 'compose.yaml'), text);
  writeFileSync(join(folder, 'other.yaml'), 'services: { elsewhere: { image: x } }\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

const terminal = (environment: Record<string, string> = {}) => ({
  ...{ stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() },
  ...{ environment: { HOME: folder, ...environment }, workingDir: folder },
});
const values = async (line: string) => {
  const { candidates } = await complete(line.split(' '), terminal());
  return candidates.map(({ value }) => value);
};

describe('completion', () => {
  it.each([
    ['pau', ['pause']],
    ['-D --ansi never unp', ['unpause']],
    ['bridge transformations ', ['create', 'list']],
    ['up w', ['web', 'worker']],
    ['up web w', ['worker']],
    ['-f other.yaml up ', ['elsewhere']],
    ['--file=other.yaml up -d ', ['elsewhere']],
    ['up -fother.yaml ', ['elsewhere']],
    ['--profile ', ['data', 'jobs']],
    ['--profile=j', ['--profile=jobs']],
    ['up --exit-code-from d', ['db']],
    ['up --pull n', ['never']],
    ['up --pull=n', ['--pull=never']],
    ['up --no-st', ['--no-start']],
    ['up --no-start --no-st', []],
    ['-p x ps --status run', []],
    ['ps --orph', ['--orphans']],
    ['exec web ', []],
    ['exec -T w', ['web', 'worker']],
    ['exec web -', []],
    ['run --rm w', ['web', 'worker']],
    ['scale w', ['web=', 'worker=']],
    ['port web ', []],
    ['completion ', [...shells, 'install']],
    ['nonsense ', []],
  ])('%s', async (line, expected) => {
    const found = await values(line);
    expect(found).toEqual(line === 'nonsense ' ? expect.arrayContaining(['up', 'down']) : expected);
  });

  it('offers files where files belong', async () => {
    expect(await complete(['-f', ''], terminal())).toEqual({ candidates: [], files: 'any' });
    expect(await complete(['--project-directory', ''], terminal())).toEqual({
      candidates: [],
      files: 'folders',
    });
    expect(await complete(['cp', './'], terminal())).toEqual({ candidates: [], files: 'any' });
    expect(await complete(['exec', 'web', 'ls', ''], terminal())).toEqual({ candidates: [], files: 'any' });
  });

  it('reads the names of contexts where docker keeps them', async () => {
    mkdirSync(join(folder, 'dc/contexts/meta/1'), { recursive: true });
    writeFileSync(join(folder, 'dc/contexts/meta/1/meta.json'), '{"Name":"far"}');
    const { candidates } = await complete(['--context', ''], terminal({ DOCKER_CONFIG: join(folder, 'dc') }));
    expect(candidates).toEqual([{ value: 'default' }, { value: 'far' }]);
  });

  it("answers in cobra's form, which docker reads too", async () => {
    const world = terminal();
    await answerCompletion(['pau'], world, true);
    await answerCompletion(['scale', 'web'], world, false);
    expect(world.stdout.read().toString()).toBe(
      'pause\tPause services: their processes are frozen\n:4\nweb=\n:6\n',
    );
  });
});

describe('scripts for shells', () => {
  const has = (program: string) => spawnSync(program, ['--version']).status === 0;

  it.each(shells.filter((shell) => shell !== 'powershell'))('%s reads its one without complaint', (shell) => {
    if (!has(shell)) return;
    execFileSync(shell, ['-n'], { input: completionScript(shell, 'tscompose') });
  });

  it('in bash words that are split at = and : are put together again', () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    const answers =
      'case "$*" in *--ansi=*) printf -- "--ansi=never\\n--ansi=auto\\n:4";; *) printf "web\\nworker\\n:4";; esac';
    writeFileSync(join(bin, 'tscompose'), `#!/bin/sh\necho "$@" > ${bin}/asked\n${answers}\n`);
    chmodSync(join(bin, 'tscompose'), 0o755);
    const ask = (line: string) =>
      execFileSync(
        'bash',
        [
          '--norc',
          '-c',
          `${completionScript('bash', 'tscompose')}
        COMP_LINE='${line}' COMP_POINT=${line.length}; _tscompose_complete; printf '%s,' "\${COMPREPLY[@]}"`,
        ],
        {
          env: { PATH: `${bin}:${process.env['PATH']}` },
          encoding: 'utf8',
        },
      );
    expect(ask('tscompose up ')).toBe('web,worker,');
    expect(readFileSync(join(bin, 'asked'), 'utf8')).toBe('__completeNoDesc up \n');
    expect(ask('tscompose --ansi=')).toBe('never,auto,');
  });

  it('are written where the shell looks for them', () => {
    expect(usersShell({ SHELL: '/usr/bin/zsh' })).toBe('zsh');
    expect(() => usersShell({ SHELL: '/bin/dash' })).toThrow('no completion for dash');
    const home = join(folder, 'home');
    expect(installCompletion('fish', 'tscompose', { HOME: home })).toContain(
      '.config/fish/completions/tscompose.fish',
    );
    expect(installCompletion('zsh', 'tscompose', { HOME: home })).toContain('fpath=(');
    expect(installCompletion('bash', 'tscompose', { HOME: home, XDG_DATA_HOME: join(home, 'd') })).toContain(
      'bash-completion',
    );
    expect(readFileSync(join(home, 'd/bash-completion/completions/tscompose'), 'utf8')).toBe(
      completionScript('bash', 'tscompose'),
    );
    expect(() => installCompletion('bash', 'tscompose', {})).toThrow('HOME is not set');
  });
});
