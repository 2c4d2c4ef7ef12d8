import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect } from 'vitest';
import { TestTerminal } from '../support/terminal.ts';
import { background } from './background.ts';
import { exits, nothingLeft, prints, service } from './checks.ts';
import { scenario } from './scenario.ts';

/** Made by `npm run build:standalone`. */
const program = resolve(import.meta.dirname, '../../standalone/tscompose-linux-x64');
const image = 'image: tscompose-base/busybox\n    stop_signal: SIGKILL';

describe.skipIf(!existsSync(program))('the single executable', () => {
  scenario('does what is done every day', async (s) => {
    s.program = program;
    s.file(
      'compose.yaml',
      `services:
  a:
    ${image}
    command: sh -c 'i=0; while :; do echo "line $$i"; i=$$((i+1)); sleep 0.1; done'
  b:
    ${image}
    command: sleep 600
    healthcheck: { test: 'true', interval: 1s }
    volumes: ['data:/data']
volumes:
  data:
`,
    );
    await s.step('version', ['--version'], exits(0), prints(/^tscompose version \d/));
    await s.step('up', ['up', '-d', '--wait'], exits(0), service('a', 'running'), service('b', 'running'));
    await s.step('ps', ['ps', '--format', 'json'], exits(0), prints('"Service":"a"'));
    const input = `${'x'.repeat(300_000)}\n`;
    const counted = await s.tscompose(['exec', '-T', 'b', 'sh', '-c', 'wc -c; exit 3'], { input });
    expect([counted.code, counted.stdout]).toEqual([3, `${input.length}\n`]);
    const follower = background(s, ['logs', '-f', '--no-log-prefix']);
    await follower.until((text) => text.includes('line 3'));
    await s.step('restart', ['restart', '-t', '0', 'a'], exits(0));
    await follower.until((text) => text.split('line 3\n').length === 3);
    expect(await follower.interrupt()).toBe(130);
    await s.step('schema', ['schema', 'events'], exits(0), prints('Lines of --progress json'));
    await s.step('down', ['down', '-v'], exits(0), nothingLeft());
    const ended = await s.tscompose(['up', 'a'], { interruptWhen: /line 2/ });
    expect(ended.code, ended.stderr).toBe(130);
    await s.step('stopped', ['ps', '-a'], exits(0), service('a', 'exited'));
  });

  scenario('has real terminals', async (s) => {
    s.file('compose.yaml', `services:\n  a:\n    ${image}\n    command: sleep 600\n`);
    s.program = program;
    await s.step('up', ['up', '-d'], exits(0));
    const env = { DOCKER_HOST: s.host, COMPOSE_PROJECT_NAME: s.project };
    const shell = new TestTerminal(['exec', 'a', 'sh'], { program, cwd: s.folder, env, cols: 91, rows: 33 });
    await shell.shows('#');
    shell.type('stty size\n');
    await shell.shows('33 91');
    shell.resize(70, 20);
    shell.type('for i in 1 2 3 4 5 6 7 8 9; do stty size; sleep 0.1; done\n');
    await shell.shows('20 70');
    shell.type('exit 7\n');
    expect(await shell.ended).toBe(7);
    const up = new TestTerminal(['up'], { program, cwd: s.folder, env });
    await up.shows('d Detach');
    up.type('d');
    expect(await up.ended).toBe(0);
  });
});
