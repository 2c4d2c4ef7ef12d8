/**
 * A live move between two hosts against its goals: `node scripts/lab.mjs bench migrate [MiB]`.
 * Both hosts share this machine's disk and processors: read ratios, not seconds.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openPairs } from '../src/data/pair.ts';
import { connect } from '../src/engine/connect.ts';
import type { Engine } from '../src/engine/engine.ts';
import { Group } from '../test/lab/group.ts';
import { call, Host, labFolder, startHosts } from '../test/lab/hosts.ts';

const megabytes = Number(process.argv[2] ?? 1024);
const files = 10_000;

const compose = `services:
  store:
    image: tscompose-base/busybox
    command:
      - sh
      - -ec
      - |
        trap 'exit 0' TERM
        mkdir -p /data/tree /data/new; echo up > /data/index.html; httpd -p 80 -h /data
        i=0; while :; do i=$$((i + 1)); echo $$i > /data/new/$$((i % 500)); echo $$i >> /data/journal; sync /data/journal; sleep 0.02; done
    ports: ['18090:80']
    volumes: ['data:/data']
volumes: { data: }
`;

/** Asks both hosts all the time; the longest time without an answer is what a client sees. */
function probe(hosts: readonly Host[]) {
  let last = 0;
  let longest = 0;
  let on = true;
  const ask = async (host: Host) => {
    while (on) {
      try {
        const answer = await fetch(`http://${host.address}:18090/index.html`, {
          signal: AbortSignal.timeout(500),
        });
        if ((await answer.text()) === 'up\n') {
          const now = performance.now();
          if (last > 0) longest = Math.max(longest, now - last);
          last = now;
        }
      } catch {
        // Nobody there.
      }
      await new Promise((done) => setTimeout(done, 5));
    }
  };
  const asking = Promise.all(hosts.map(ask));
  const answered = async (since: number) => {
    while (last < since) await new Promise((done) => setTimeout(done, 10));
  };
  return {
    answered,
    stop: async () => {
      on = false;
      await asking;
      return longest / 1000;
    },
    begin: () => {
      longest = 0;
    },
  };
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const say = (text: string) => process.stdout.write(`${text}\n`);
const verdicts: string[] = [];
function goal(what: string, value: number, limit: number, unit = ''): void {
  verdicts.push(
    `${value <= limit ? 'met   ' : 'MISSED'} ${what}: ${value.toFixed(2)}${unit} (goal <= ${limit.toFixed(2)}${unit})`,
  );
}

async function gapOf(
  hosts: readonly Host[],
  work: () => Promise<unknown>,
): Promise<{ gap: number; total: number }> {
  const asked = probe(hosts);
  await asked.answered(performance.now());
  asked.begin();
  const began = performance.now();
  await work();
  const total = (performance.now() - began) / 1000;
  await asked.answered(performance.now());
  return { gap: await asked.stop(), total };
}

const volumeOn = (host: Host, name: string) => join(host.folder, 'data', 'volumes', name, '_data');
const seconds = (began: number) => (performance.now() - began) / 1000;

if (labFolder === undefined) throw new Error('run it by: node scripts/lab.mjs bench migrate');
const [one, two] = [new Host(labFolder!, 1), new Host(labFolder!, 2)];
const endHosts = await startHosts([one, two], ['busybox']);
const group = new Group('store', { 'compose.yaml': compose });
try {
  await group.must(one.local, 'up', '-d');
  const size = Math.floor((megabytes / 2) * (1 << 20));
  const each = Math.floor(size / files);
  await group.must(
    one.local,
    'exec',
    '-T',
    'store',
    'sh',
    '-c',
    `cd /data && dd if=/dev/urandom of=large bs=1M count=${Math.floor(megabytes / 2)} 2>/dev/null && i=0 && while [ $i -lt ${files} ]; do i=$((i+1)); dd if=large of=tree/$i bs=${each} count=1 skip=$i 2>/dev/null; done; sync`,
  );
  say(
    `volume: ${megabytes} MiB in ${readdirSync(join(volumeOn(one, 'store_data'), 'tree')).length + 1} files`,
  );

  const restarts: number[] = [];
  for (let i = 0; i < 3; i++) {
    const { gap } = await gapOf([one], async () => {
      await group.must(one.local, 'stop');
      await group.must(one.local, 'start');
    });
    restarts.push(gap);
  }
  say(`stop + start in place, client-seen: ${restarts.map((s) => s.toFixed(2)).join(', ')} s`);

  const live: number[] = [];
  let [from, to] = [one, two];
  for (let i = 0; i < 3; i++) {
    const { gap, total } = await gapOf([one, two], () =>
      group.must(from.remote, 'migrate', '--to', to.remote, '--remove-source'),
    );
    live.push(gap);
    say(`live move: client-seen ${gap.toFixed(2)} s of ${total.toFixed(1)} s`);
    [from, to] = [to, from];
  }
  goal('downtime / stop+start in place', median(live) / median(restarts), 1.3);

  const cold = await gapOf([one, two], () =>
    group.must(from.remote, 'migrate', '--to', to.remote, '--remove-source', '--data', 'archive'),
  );
  [from, to] = [to, from];
  say(`stop, copy by the engines, start: client-seen ${cold.gap.toFixed(2)} s`);
  goal('downtime / that of the archive recipe', median(live) / cold.gap, 1 / 8);

  await group.must(from.local, 'stop');
  // As tscompose reaches them: by ssh, so that data goes directly between them.
  const environment = { ...process.env, PATH: `${labFolder}/bin:${process.env['PATH']}` };
  const [source, target] = await Promise.all(
    [from, to].map((host) => connect({ host: host.remote, environment })),
  );
  await passes(source!, target!, from);
  await oneLargeFile(source!, target!, from);
  source!.close();
  target!.close();
  for (const line of verdicts) say(line);
  process.exitCode = verdicts.some((line) => line.startsWith('MISSED')) ? 1 : 0;
} finally {
  await endHosts();
  group.close();
}

async function withPairs(
  source: Engine,
  target: Engine,
  volume: string,
  data: 'direct' | 'relay',
  use: (pairs: Awaited<ReturnType<typeof openPairs>>) => Promise<void>,
) {
  await target.createVolume({ Name: `${volume}_copy`, Labels: {} });
  const pairs = await openPairs(source, target, [{ source: volume, target: `${volume}_copy` }], {
    data,
    labels: {},
  });
  try {
    await use(pairs);
  } finally {
    await pairs.close();
    await target.removeVolume(`${volume}_copy`);
  }
}

/** The first pass beside `cp -a` of the same data, and one in which nothing has changed. */
async function passes(source: Engine, target: Engine, host: Host): Promise<void> {
  const ratios: number[] = [];
  const idle: number[] = [];
  for (const way of ['direct', 'relay', 'direct', 'direct'] as const) {
    const began = performance.now();
    const copy = join(host.folder, 'cp');
    execFileSync('sh', ['-c', `cp -a "${volumeOn(host, 'store_data')}" "${copy}" && sync -f "${copy}"`]);
    const floor = seconds(began);
    execFileSync('rm', ['-rf', copy]);
    await withPairs(source, target, 'store_data', way, async (pairs) => {
      const first = await pairs.pass({ final: false, contents: true, compress: 'auto' });
      const transfer = first.received.seconds;
      if (way === 'direct') ratios.push(transfer / floor);
      say(
        `first pass (${way}) ${transfer.toFixed(1)} s, and ${first.received.proving.toFixed(1)} s of reading back; cp -a ${floor.toFixed(1)} s`,
      );
      const again = await pairs.pass({ final: true, contents: true, compress: 'auto' });
      say(
        `nothing changed: ${again.seconds.toFixed(2)} s for ${again.sent.entries} entries, ${again.sent.changed} sent`,
      );
      idle.push(again.seconds);
      const began = performance.now();
      await pairs.prove({ contents: true, all: false });
      say(`compared in ${seconds(began).toFixed(2)} s`);
    });
  }
  goal('first pass / cp -a', median(ratios), 2.5);
  goal('a pass with nothing changed', median(idle), 0.5, ' s');
}

/** A file like a database, of whose 8 KiB pages one in a hundred has changed. */
async function oneLargeFile(source: Engine, target: Engine, host: Host): Promise<void> {
  await source.createVolume({ Name: 'database', Labels: {} });
  const path = join(volumeOn(host, 'database'), 'file');
  const bytes = 2 * megabytes * (1 << 20);
  execFileSync('dd', ['if=/dev/urandom', `of=${path}`, 'bs=1M', `count=${2 * megabytes}`], {
    stdio: 'ignore',
  });
  await withPairs(source, target, 'database', 'direct', async (pairs) => {
    await pairs.pass({ final: false, contents: true, compress: 'none' });
    const file = openSync(path, 'r+');
    const pages = bytes / 8192;
    for (let i = 0; i < pages / 100; i++) {
      writeSync(file, Buffer.alloc(8192, i), 0, 8192, Math.floor(Math.random() * pages) * 8192);
    }
    closeSync(file);
    const final = await pairs.pass({ final: true, contents: true, compress: 'none' });
    await pairs.prove({ contents: true, all: false });
    say(
      `${statSync(path).size / 2 ** 20} MiB file, 1 % of its pages changed: ${(final.sent.sent / 1e6).toFixed(1)} MB in ${final.seconds.toFixed(1)} s`,
    );
    goal('of the large file, sent in the last pass', (100 * final.sent.sent) / bytes, 3, ' %');
  });
  await call(host, 'DELETE', '/volumes/database');
}
