import type { ChildProcess } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { containersOn, everythingOn, Group, type Told, watchForTwo } from './group.ts';
import { type Host, labFolder, openHosts } from './hosts.ts';
import { lostWrites, writer } from './move.ts';

/** The steps of a move as its events tell them: each is met once, at its begin. */
const steps: Readonly<Record<string, (event: Told, engines: { from: string; to: string }) => boolean>> = {
  'making the volume': (e) => e.operation === 'create-volume' && e.status === 'Working',
  'making the containers': (e, { to }) => e.operation === 'create-container' && e.engine === to,
  'the passes': (e) => e.operation === 'sync-volumes' && e.status === 'Working',
  'taking the restart policies': (e) => e.operation === 'update-container' && e.status === 'Working',
  'stopping the source': (e) => e.operation === 'stop-container' && e.status === 'Working',
  'the source is stopped': (e) => e.operation === 'stop-container' && e.status === 'Done',
  'the proof': (e) => e.operation === 'prove-volumes' && e.status === 'Working',
  'the proof is there': (e) => e.operation === 'prove-volumes' && e.status === 'Done',
  'starting the target': (e, { to }) =>
    e.operation === 'start-container' && e.engine === to && e.status === 'Working',
  'the target has started': (e, { to }) =>
    e.operation === 'start-container' && e.engine === to && e.status === 'Done',
};

const actions = {
  'the command is killed': async (_: Host, __: Host, child: ChildProcess) => {
    child.kill('SIGKILL');
  },
  'the source loses power': async (one: Host) => {
    await one.kill();
    await one.start();
  },
  'the target loses power': async (_: Host, two: Host) => {
    await two.kill();
    await two.start();
  },
  'the link to the target is cut': async (_: Host, two: Host, child: ChildProcess) => {
    two.link('down');
    // Longer than the connection waits for a sign of life.
    await Promise.race([
      new Promise((done) => child.once('close', done)),
      new Promise((done) => setTimeout(done, 12_000)),
    ]);
    two.link('up');
  },
} as const;

/** A pattern: only these cells. */
const only = process.env['LAB_CELLS'];

describe.skipIf(labFolder === undefined)('whatever fails, at whatever step', () => {
  let lab: Awaited<ReturnType<typeof openHosts>>;
  let one: Host;
  let two: Host;
  let untouched: string[];
  let cells = 0;

  beforeAll(async () => {
    lab = await openHosts(2, 'busybox');
    [one, two] = lab.hosts as [Host, Host];
    untouched = await everythingOn(two);
  }, 180_000);
  afterEach(async () => {
    const left = await everythingOn(two);
    expect(left.filter((what) => !untouched.includes(what))).toEqual([]);
  });
  afterAll(async () => {
    console.log(`kill matrix: ${cells} cells`);
    await lab.close();
  });

  const table = Object.keys(actions).flatMap((action) =>
    Object.keys(steps).flatMap((step) =>
      ['--resume', '--abort'].map((then) => [action, step, then] as const),
    ),
  );

  test.each(table.filter((cell) => only === undefined || new RegExp(only).test(cell.join(' '))))(
    '%s at: %s; then %s',
    async (action, step, then) => {
      cells++;
      const group = new Group(`kill${cells}`, { 'compose.yaml': writer });
      await group.must(one.local, 'up', '-d');
      const watch = watchForTwo([one, two], group.name);
      let acting: Promise<void> | undefined;
      const args = ['migrate', '--to', two.remote, '--wait-timeout', '20'];
      const ended = await group.run(one.remote, args, (event, child) => {
        if (acting !== undefined || !steps[step]!(event, { from: one.remote, to: two.remote })) return;
        // It stands still until what happens to it has happened.
        child.kill('SIGSTOP');
        acting = actions[action as keyof typeof actions](one, two, child).finally(() =>
          child.kill('SIGCONT'),
        );
      });
      await acting;
      expect(acting, `never came to: ${step}\n${ended.output}`).toBeDefined();

      const status = await group.must(one.remote, 'migrate', 'ls', '--format', 'json');
      const moves: unknown = JSON.parse(status);
      const [move] = Array.isArray(moves) ? moves : [];
      const { ID: id, Phase: phase } = move ?? { ID: undefined, Phase: 'none' };
      const open = ['copying', 'cut', 'starting'].includes(phase);
      let output = ended.output;
      if (open) {
        const more = await group.run(one.remote, [
          'migrate',
          then,
          id,
          ...(then === '--abort' ? ['--discard-target'] : []),
        ]);
        output += more.output;
        expect(more.code, output).toBe(0);
      }
      const end = JSON.parse(await group.must(one.remote, 'migrate', 'ls', '--format', 'json'))[0].Phase;
      const [sources, targets] = await Promise.all([
        containersOn(one, group.name),
        containersOn(two, group.name),
      ]);
      const running = (list: typeof sources) => list.filter((c) => c.running).length;
      // One of the two good states.
      if (end === 'committed') {
        expect([running(sources), running(targets)], output).toEqual([0, 2]);
        expect(
          sources.map((c) => c.restart),
          output,
        ).toEqual(['no', 'no']);
        expect(await lostWrites(group, one, two), output).toBe(0);
      } else {
        expect(end, output).toBe('aborted');
        expect([running(sources), targets.length], output).toEqual([2, 0]);
        expect(sources.map((c) => c.restart).sort(), output).toEqual(['always', 'unless-stopped']);
        expect(await lostWrites(group, one, one), output).toBe(0);
      }
      if (open) expect(end).toBe(then === '--resume' ? 'committed' : 'aborted');
      expect(await watch.stop(), output).toBe(0);
      await Promise.all([group.run(two.local, ['down', '-v']), group.run(one.local, ['down', '-v'])]);
      const marks = (await everythingOn(one)).filter((what) => what.startsWith('volume '));
      for (const mark of marks) await fetchRemove(one, mark.slice('volume '.length));
      const rest = (await everythingOn(two)).filter(
        (what) => what.startsWith('volume ') && !untouched.includes(what),
      );
      for (const mark of rest.filter((what) => what.includes('.revisions-')))
        await fetchRemove(two, mark.slice('volume '.length));
      group.close();
    },
    180_000,
  );
});

async function fetchRemove(host: Host, volume: string): Promise<void> {
  const { call } = await import('./hosts.ts');
  await call(host, 'DELETE', `/volumes/${volume}`);
}
