import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { engineCall, projectState } from '../support/engines.ts';
import { validEvent } from '../support/events-schema.ts';
import { TestTerminal } from '../support/terminal.ts';
import { background } from './background.ts';
import { exits, nothingLeft, prints, printsNot } from './checks.ts';
import { type Scenario, scenario } from './scenario.ts';

const image = 'image: tscompose-base/busybox\n    stop_signal: SIGKILL';
const enabled = (text: string) => text.includes('Watch enabled');

/** A service that sleeps and is watched by a rule; `more`: further lines of it. */
const sleeper = (rule: string, more = '') => `services:
  web:
    ${image}
    command: sleep 600
${more}    develop:
      watch: [${rule}]
`;

/** Brings the project up and watches it; `words` of the watching command. */
async function upAndWatch(s: Scenario, words: readonly string[] = ['watch', '--no-up']) {
  await s.step('up', ['up', '-d'], exits(0));
  const watching = background(s, words);
  await watching.until(enabled);
  return watching;
}

/** What a shell in a container prints. */
async function inside(s: Scenario, service: string, script: string, index = 1): Promise<string> {
  const args = ['exec', '-T', '--index', String(index), service, 'sh', '-c', script];
  const { stdout, stderr } = await s.tscompose(args);
  return (stdout + stderr).trim();
}

/** Asks until the answer is the wanted one. */
async function becomes(ask: () => Promise<unknown>, wanted: unknown): Promise<void> {
  for (const end = Date.now() + 30_000; ; ) {
    const answer = await ask();
    if (JSON.stringify(answer) === JSON.stringify(wanted)) return;
    if (Date.now() > end) return expect(answer).toEqual(wanted);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function container(s: Scenario, name: string): Promise<string> {
  const { containers } = await projectState(s.host, s.project);
  return containers.find((one) => one.name.endsWith(`-${name}`))?.id ?? `no container ${name}`;
}

const listing = 'cd /app && find . ! -name . | sort | xargs';

scenario(
  'files follow: new, saved over, renamed, removed, links; in every replica, stopped ones too',
  async (s) => {
    s.file(
      'compose.yaml',
      sleeper(
        `{path: ./src, target: /app, action: sync, ignore: ['*.log', ./ignored]}`,
        '    user: "1234:567"\n    scale: 2\n',
      ),
    );
    const watching = await upAndWatch(s);
    const both = async (wanted: string) => {
      await becomes(() => inside(s, 'web', listing, 1), wanted);
      await becomes(() => inside(s, 'web', listing, 2), wanted);
    };
    // The watched folder itself comes later.
    s.file('src/a.txt', 'one');
    s.file('src/sub/deep/b.txt', 'two');
    s.file('src/x.log', 'no');
    s.file('src/ignored/c', 'no');
    s.file('src/.git/HEAD', 'no');
    symlinkSync('nowhere', join(s.folder, 'src/link'));
    await both('./a.txt ./link ./sub ./sub/deep ./sub/deep/b.txt');
    expect(await inside(s, 'web', 'stat -c "%u:%g %a" /app/sub/deep/b.txt')).toBe('1234:567 644');
    s.file('src/a.txt.tmp', 'saved as editors do');
    renameSync(join(s.folder, 'src/a.txt.tmp'), join(s.folder, 'src/a.txt'));
    await becomes(() => inside(s, 'web', 'cat /app/a.txt', 2), 'saved as editors do');
    renameSync(join(s.folder, 'src/sub'), join(s.folder, 'src/moved'));
    await both('./a.txt ./link ./moved ./moved/deep ./moved/deep/b.txt');
    const second = await container(s, 'web-2');
    await engineCall(s.host, 'POST', `/containers/${second}/kill`);
    rmSync(join(s.folder, 'src/moved'), { recursive: true });
    s.file('src/new', 'while one was down');
    await becomes(() => inside(s, 'web', listing), './a.txt ./link ./new');
    await engineCall(s.host, 'POST', `/containers/${second}/start`);
    await both('./a.txt ./link ./new');
    rmSync(join(s.folder, 'src'), { recursive: true });
    await becomes(() => inside(s, 'web', 'ls -d /app'), 'ls: /app: No such file or directory');
    s.file('src/again', '');
    await both('./again');
    expect(watching.text()).toContain('Syncing service "web" after');
    expect(await watching.interrupt()).toBe(130);
    expect(watching.text()).toMatch(/Watch disabled\n$/);
    await s.step('all goes on', ['ps', '-q'], exits(0), prints(/^[0-9a-f]+\n[0-9a-f]+\n$/));
  },
);

scenario(
  'nothing is sent that a container has; touching a file is no news; each sync is an event',
  async (s) => {
    s.file('compose.yaml', sleeper('{path: ./src, target: /app, action: sync, initial_sync: true}'));
    s.file('src/before', 'there from the beginning');
    const watching = await upAndWatch(s, ['--progress', 'json', 'watch', '--no-up']);
    expect(await inside(s, 'web', 'cat /app/before')).toBe('there from the beginning');
    const events = () =>
      watching
        .problems()
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line));
    expect(events()).toHaveLength(1);
    s.file('src/before', 'there from the beginning');
    s.file('src/after', 'new');
    await becomes(() => inside(s, 'web', 'cat /app/after'), 'new');
    const all = events();
    expect(all.filter((line) => !validEvent(line))).toEqual([]);
    expect(all).toMatchObject([
      { operation: 'sync', text: 'Synced', service: 'web', files: 1, removed: 0 },
      { operation: 'sync', container: `${s.project}-web-1`, files: 1, removed: 0, current: 3 },
    ]);
    // A container that is made anew gets everything again.
    await s.step('another one', ['up', '-d', '--force-recreate'], exits(0));
    await becomes(() => inside(s, 'web', 'cd /app; cat after before'), 'newthere from the beginning');
    expect(await watching.interrupt(false)).toBe(130);
  },
);

scenario(
  'a rebuild makes only that service anew and leaves no image behind; restart and exec come after the files',
  async (s) => {
    s.file(
      'compose.yaml',
      `services:
  db:
    ${image}
    command: sleep 600
  web:
    build:
      dockerfile_inline: |
        FROM tscompose-base/busybox
        COPY version /version
    depends_on: [db]
    stop_signal: SIGKILL
    command: sleep 600
    scale: 2
    develop:
      watch:
        - {path: ./version, action: rebuild}
        - {path: ./conf, target: /conf, action: sync+restart}
        - {path: ./run, target: /run-here, action: sync+exec, exec: {command: ['sh', '-c', 'echo "$$WHO has $$(cat /run-here/*)"'], environment: [WHO=it]}}
        - {path: ./poke, action: restart}
`,
    );
    s.file('version', '1');
    const watching = background(s, ['watch', '--quiet']);
    await watching.until(enabled);
    const ids = async () => [
      await container(s, 'db-1'),
      await container(s, 'web-1'),
      await container(s, 'web-2'),
    ];
    const before = await ids();
    s.file('version', '2');
    await becomes(() => inside(s, 'web', 'cat /version', 2), '2');
    await watching.until((text) => text.includes('service(s) ["web"] successfully built'));
    expect(watching.text()).toContain('Rebuilding service(s) ["web"] after changes were detected...');
    const after = await ids();
    expect(after[0]).toBe(before[0]);
    expect(before).not.toContain(after[1]);
    expect(before).not.toContain(after[2]);
    await becomes(async () => (await projectState(s.host, s.project)).images.length, 1);
    s.file('run/a', 'arrived');
    await watching.until((text) => text.includes('it has arrived'));
    s.file('conf/a', 'configured');
    await watching.until((text) => text.includes('service(s) ["web"] restarted'));
    expect(await inside(s, 'web', 'cat /conf/a', 2)).toBe('configured');
    s.file('poke', '');
    await watching.until((text) => text.split('restarted').length === 3);
    expect(await ids()).toEqual(after);
    // What can't be built is told; what runs goes on, and the next save counts again.
    s.file('compose.yaml', readFileSync(join(s.folder, 'compose.yaml'), 'utf8'));
    rmSync(join(s.folder, 'version'));
    await watching.until((text) => text.includes('Build failed. Error: '));
    expect(await ids()).toEqual(after);
    s.file('version', '3');
    await becomes(() => inside(s, 'web', 'cat /version'), '3');
    expect(await watching.interrupt(false)).toBe(130);
  },
  { engines: ['docker'] },
);

scenario(
  'a container without a shell and without rm is kept up to date too',
  async (s) => {
    s.file(
      'compose.yaml',
      `services:
  bare:
    build:
      dockerfile_inline: |
        FROM tscompose-base/busybox AS tools
        FROM scratch
        COPY --from=tools /bin/busybox /busybox
    entrypoint: [/busybox, sleep, '600']
    stop_signal: SIGKILL
    develop:
      watch: [{path: ./src, target: /app, action: sync}]
`,
    );
    s.file('src/a', '');
    const watching = await upAndWatch(s);
    const names = async (folder: string) =>
      (await s.tscompose(['exec', '-T', 'bare', '/busybox', 'ls', '-A', folder])).stdout
        .split('\n')
        .filter(Boolean);
    s.file('src/b', '');
    s.file('src/d/c', '');
    await becomes(() => names('/app'), ['b', 'd']);
    rmSync(join(s.folder, 'src/d'), { recursive: true });
    await becomes(() => names('/app'), ['b']);
    expect(await names('/')).not.toContain('.tscompose-helper');
    expect(await watching.interrupt()).toBe(130);
  },
  { engines: ['docker'] },
);

scenario('files go into the volume of a container that is read-only otherwise', async (s) => {
  s.file(
    'compose.yaml',
    `services:
  web:
    ${image}
    command: sleep 600
    read_only: true
    volumes: ['data:/data']
    develop:
      watch: [{path: ./src, target: /data/src, action: sync}]
volumes:
  data:
`,
  );
  s.file('src/a', '');
  const watching = await upAndWatch(s);
  s.file('src/sub/b', 'in a volume');
  await becomes(() => inside(s, 'web', 'cat /data/src/sub/b'), 'in a volume');
  rmSync(join(s.folder, 'src/sub'), { recursive: true });
  await becomes(() => inside(s, 'web', 'ls /data/src'), '');
  expect(await watching.interrupt()).toBe(130);
});

scenario(
  'after a storm both trees are the same',
  async (s) => {
    s.file('compose.yaml', sleeper('{path: ./src, target: /app, action: sync}'));
    mkdirSync(join(s.folder, 'src'));
    const watching = await upAndWatch(s);
    const files = new Map<string, string>();
    for (let i = 0; i < 1500; i++) {
      const path = `d${i % 30}/f${i}`;
      s.file(`src/${path}`, `${i}`);
      files.set(path, `${i}`);
    }
    for (const path of [...files.keys()].filter((_, i) => i % 4 === 0)) {
      rmSync(join(s.folder, 'src', path));
      files.delete(path);
    }
    for (const path of [...files.keys()].filter((_, i) => i % 3 === 0)) {
      writeFileSync(join(s.folder, 'src', path), 'changed');
      files.set(path, 'changed');
    }
    const sum = (text: string) => createHash('sha256').update(text).digest('hex');
    const wanted = [...files].map(([path, text]) => `${sum(text)}  ./${path}`).sort();
    await becomes(
      async () => (await inside(s, 'web', 'cd /app && find . -type f | xargs sha256sum')).split('\n').sort(),
      wanted,
    );
    expect(await watching.interrupt()).toBe(130);
  },
  { engines: ['docker'] },
);

scenario(
  'w watches and stops watching while up shows logs',
  async (s) => {
    s.file(
      'compose.yaml',
      `services:
  web:
    ${image}
    command: sh -c 'echo up; sleep 600'
    develop:
      watch: [{path: ./src, target: /app, action: sync+restart}]
`,
    );
    s.file('src/a', '1');
    const env = { DOCKER_HOST: s.host, COMPOSE_PROJECT_NAME: s.project, NO_COLOR: '1' };
    const up = new TestTerminal(['up', '--abort-on-container-exit'], {
      program: s.program,
      cwd: s.folder,
      env,
    });
    await up.shows('w Enable Watch');
    up.type('w');
    await up.shows(/ +⦿ Watch enabled$/m);
    await up.shows('w Disable Watch');
    s.file('src/a', '2');
    await up.shows(/⦿ Syncing service "web" after 1 changes were detected$/m);
    await up.shows('⦿ service(s) ["web"] restarted');
    expect(await inside(s, 'web', 'cat /app/a')).toBe('2');
    up.type('w');
    await up.shows('⦿ Watch disabled');
    s.file('src/a', '3');
    up.type('w');
    await up.shows(/Watch disabled[\s\S]*Watch enabled/);
    up.type(String.fromCharCode(3));
    expect(await up.ended).toBe(130);
    expect(up.text).not.toContain('internal error');
  },
  { engines: ['docker'] },
);

scenario(
  'what can not be watched is refused before anything starts, and a project is watched once',
  async (s) => {
    const file = (more: string) => `services:\n  web:\n    ${image}\n    command: sleep 600\n${more}`;
    s.file('compose.yaml', file(''));
    const none = prints('none of the selected services is configured for watch');
    await s.step('nothing to watch', ['watch'], exits(1), none, nothingLeft());
    await s.step('nor beside up', ['up', '--watch'], exits(1), none, nothingLeft());
    await s.step('both ways', ['up', '-d', '--watch'], exits(1), prints('--detach and --watch'));
    s.file('compose.yaml', file('    develop: {watch: [{path: ./src, action: rebuild}]}\n'));
    await s.step('no build', ['watch'], exits(1), prints('without a build context'), nothingLeft());
    s.file('compose.yaml', file('    develop: {watch: [{path: ./src, action: sync, target: /app}]}\n'));
    await s.step('only shown', ['watch', '--dry-run'], exits(0), prints('would watch'), nothingLeft());
    const watching = background(s, ['watch']);
    await watching.until(enabled);
    await s.step(
      'once',
      ['watch'],
      exits(1),
      prints('cannot take exclusive lock'),
      printsNot('Watch enabled'),
    );
    expect(await watching.interrupt(false)).toBe(130);
  },
  { engines: ['docker'] },
);
