import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LockOptions, lockProject } from '../../src/execute/record/lock.ts';

let stateFolder = '';
beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => rmSync(stateFolder, { recursive: true, force: true }));

const signal = new AbortController().signal;
const lock = (more: Partial<LockOptions> = {}) =>
  lockProject({ stateFolder, engine: 'unix:///a', project: 'shop', command: 'up', signal, ...more });
const files = () => readdirSync(join(stateFolder, 'locks'));

test('a held lock is refused with the name of its holder, and free after its release', async () => {
  const held = await lock();
  await expect(lock({ command: 'down' })).rejects.toMatchObject({
    name: 'UserError',
    code: 'locked',
    message: expect.stringContaining(`up (process ${process.pid},`),
  });
  held.release();
  expect(files()).toEqual([]);
  (await lock({ command: 'down' })).release();
});

test('other projects and other engines have locks of their own', async () => {
  const held = [await lock(), await lock({ project: 'other' }), await lock({ engine: 'unix:///b' })];
  expect(files()).toHaveLength(3);
  for (const one of held) one.release();
});

test('waits for the holder, told once, and gets the lock when it is released', async () => {
  const held = await lock();
  const holders: string[] = [];
  const waiting = lock({ command: 'down', waiting: ({ command }) => holders.push(command) });
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(holders).toEqual(['up']);
  held.release();
  (await waiting).release();
  expect(files()).toEqual([]);
});

test('waits no longer than asked, and says for whom', async () => {
  const held = await lock();
  const wait = (patience: number) => lock({ command: 'down', patience, waiting: () => {} });
  for (const patience of [0, 150]) {
    const start = Date.now();
    await expect(wait(patience)).rejects.toMatchObject({
      ...{ code: 'locked', message: expect.stringContaining(`up (process ${process.pid},`) },
    });
    expect(Date.now() - start).toBeGreaterThanOrEqual(patience);
  }
  setTimeout(() => held.release(), 50);
  (await wait(10_000)).release();
});

test('one engine by two paths is one engine', async () => {
  const [socket, link] = ['socket', 'link'].map((name) => join(stateFolder, name)) as [string, string];
  writeFileSync(socket, '');
  symlinkSync(socket, link);
  const held = await lock({ engine: `unix://${socket}` });
  await expect(lock({ engine: `unix://${link}` })).rejects.toMatchObject({ code: 'locked' });
  held.release();
});

test('an interrupt ends the wait and leaves the lock to its holder', async () => {
  const held = await lock();
  const interrupt = new AbortController();
  const waiting = lock({ signal: interrupt.signal, waiting: () => interrupt.abort() });
  await expect(waiting).rejects.toMatchObject({ code: 'locked' });
  expect(files()).toHaveLength(1);
  held.release();
});

test.each([
  ['whose process has ended', { pid: 2 ** 22 + 1, started: '1' }],
  ['whose process number another process has now', { pid: process.pid, started: '1' }],
])('a lock %s is taken over', async (_, holder) => {
  const held = await lock();
  const path = join(stateFolder, 'locks', files()[0]!);
  held.release();
  writeFileSync(path, JSON.stringify({ ...holder, host: hostname(), command: 'up', since: 1 }));
  const next = await lock({ command: 'down' });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ command: 'down', pid: process.pid });
  next.release();
});
