import { setTimeout as sleep } from 'node:timers/promises';
import { containersOn, Group, type Started, watchForTwo } from '../group.ts';
import { call, type Host } from '../hosts.ts';
import { writing } from '../move.ts';
import { acksOn, journalOn, recordIn } from './disk.ts';
import { failures } from './failures.ts';
import { cameTo, moveUntil } from './pausing.ts';
import type { Point } from './points.ts';
import { wipe } from './wipe.ts';

export type Then = '--resume' | '--abort';

/** One move of a round: where it stands still, and what came of it. */
interface Course {
  readonly point: Point;
  readonly group: Group;
  readonly wrong: string[];
  output: string;
  started: Started | undefined;
}

/** Seconds in which a command ends, whatever happened to its hosts. */
const patience = 150;

/**
 * Moves of several groups between the same two hosts, each standing still at a point of its own; then one failure for all
 * of them; then each is resumed or taken back. So the failure's waits are shared.
 */
export class Rounds {
  readonly #one: Host;
  readonly #two: Host;
  readonly #free: Group[] = [];
  #made = 0;

  constructor(one: Host, two: Host) {
    this.#one = one;
    this.#two = two;
  }

  /** @returns what is wrong after the move of each point; nothing, hopefully */
  async run(failure: string, at: readonly Point[], then: Then): Promise<ReadonlyMap<Point, string[]>> {
    const [one, two] = [this.#one, this.#two];
    const groups = await this.#take(at.length);
    const courses = at.map((point, i): Course => {
      return { point, group: groups[i]!, wrong: [], output: '', started: undefined };
    });
    const watch = watchForTwo([one, two]);
    await inParallel(6, courses, (course) => this.#comeTo(course));
    const standing = courses.filter(({ wrong }) => wrong.length === 0);
    const goOn = once(async () => {
      for (const { started } of standing) started!.child.kill('SIGCONT');
      await Promise.all(standing.map((course) => this.#end(course)));
    });
    const commands = standing.map(({ started }) => started!.child);
    await failures[failure]!({ one, two, commands, goOn });
    await goOn();
    await inParallel(6, standing, (course) => this.#settle(course, then));
    // No host that boots again brings back what has gone elsewhere, and none forgets what is its own.
    await one.kill();
    await one.start();
    await Promise.all(standing.map((course) => this.#judge(course)));
    const both = await watch.stop();
    for (const { group, wrong } of courses) if (both.has(group.name)) wrong.push('ran on both hosts at once');
    await this.#giveBack(courses);
    return new Map(
      courses.map(({ point, wrong, output }) => [point, wrong.length > 0 ? [...wrong, output] : []]),
    );
  }

  /** Groups that run on the source and are nowhere else. */
  async #take(count: number): Promise<Group[]> {
    const [one] = [this.#one];
    const fresh = Array.from({ length: Math.max(0, count - this.#free.length) }, () => {
      this.#made++;
      const name = `kill${this.#made}`;
      return new Group(name, { 'compose.yaml': writing(`${name}:1`, 0.1) });
    });
    await inParallel(4, fresh, async (group) => {
      await call(one, 'POST', `/images/tscompose-base%2Fbusybox/tag?repo=${group.name}&tag=1`);
      await group.must(one.local, 'up', '-d');
    });
    return [...this.#free.splice(0, count), ...fresh];
  }

  async #comeTo(course: Course): Promise<void> {
    const words = ['--wait-timeout', '20'];
    course.started = moveUntil(course.group, this.#one, this.#two, course.point, words);
    const over = await cameTo(course.started);
    if (over === undefined) return;
    course.wrong.push('never came to the point');
    course.output = over.output;
  }

  async #end(course: Course): Promise<void> {
    const { child, ended } = course.started!;
    const end = await Promise.race([ended, sleep(patience * 1000, undefined, { ref: false })]);
    if (end === undefined) {
      course.wrong.push(`the command hangs for ${patience} s`);
      child.kill('SIGKILL');
    }
    course.output = (await ended).output;
  }

  /** What the user does next, if there is anything left to do. */
  async #settle(course: Course, then: Then): Promise<void> {
    const record = recordIn(course.group.folder);
    if (record === undefined) {
      course.wrong.push('nothing tells of the move');
      return;
    }
    // Taken back by itself, without the target: that is cleaned up, or used for another attempt.
    const again = record.left && then === '--resume';
    if (!record.left && !['copying', 'cut', 'starting'].includes(record.phase)) return;
    const ask = async (...more: string[]): Promise<number | null> => {
      const way = again ? ['--to', this.#two.remote] : [then, record.id];
      const words = ['migrate', ...way, ...more];
      const end = await course.group.run(this.#one.remote, words);
      course.output += `\n$ tscompose ${words.join(' ')}\n${end.output}exit ${end.code}\n`;
      return end.code;
    };
    let code = await ask();
    // The target has run and may have written: that is given up by name only.
    if (code === 5 && then === '--abort' && record.phase === 'starting') code = await ask('--discard-target');
    if (code !== 0) course.wrong.push(`${then} at "${record.phase}": exit ${code}`);
    const wanted = then === '--resume' ? 'committed' : 'aborted';
    const phase = recordIn(course.group.folder)?.phase;
    if (phase !== wanted) course.wrong.push(`${then} at "${record.phase}" has led to "${phase}"`);
  }

  /** One of the two good states, and no other. */
  async #judge({ group, wrong, started }: Course): Promise<void> {
    const [one, two] = [this.#one, this.#two];
    const phase = recordIn(group.folder)?.phase;
    const committed = phase === 'committed';
    if (!committed && phase !== 'aborted') wrong.push(`ends at "${phase}"`);
    if (started?.child.exitCode === null && started.child.signalCode === null)
      wrong.push('the command still runs');
    const wanted = committed
      ? 'one 0 of 2 no,no; two 2 of 2'
      : 'one 2 of 2 always,unless-stopped; two 0 of 0';
    let found = '';
    for (const end = Date.now() + 15_000; found !== wanted && Date.now() < end; await sleep(300)) {
      const [sources, targets] = await Promise.all([
        containersOn(one, group.name),
        containersOn(two, group.name),
      ]);
      const count = (list: typeof sources) => `${list.filter((c) => c.running).length} of ${list.length}`;
      const policies = sources.map(({ restart }) => restart).sort();
      found = `one ${count(sources)} ${policies.join(',')}; two ${count(targets)}`;
    }
    if (found !== wanted) wrong.push(`${phase}, but containers are: ${found}`);
    const [here, there] = await Promise.all([acksOn(one, group.name), acksOn(two, group.name)]);
    const journal = journalOn(committed ? two : one, group.name);
    const lost = [...here, ...there].filter(({ number }) => !journal.has(number));
    if (here.length === 0) wrong.push('the writer has written nothing');
    if (lost.length > 0)
      wrong.push(`${lost.length} acknowledged writes are lost, the first ${lost[0]!.number}`);
    const [last, first] = [Math.max(...here.map(({ at }) => at)), Math.min(...there.map(({ at }) => at))];
    if (there.length > 0 && first < last)
      wrong.push(`the target wrote at ${first}, the source until ${last}`);
  }

  /** What serves on the source as before can move again; the rest goes. */
  async #giveBack(courses: readonly Course[]): Promise<void> {
    const isGood = ({ wrong, group }: Course) =>
      wrong.length === 0 && recordIn(group.folder)?.phase === 'aborted';
    const spent = courses.filter((course) => !isGood(course));
    const names = new Set(spent.map(({ group }) => group.name));
    await Promise.all([this.#one, this.#two].map((host) => wipe(host, names)));
    for (const { group } of spent) group.close();
    this.#free.push(...courses.filter(isGood).map(({ group }) => group));
    // So that the next move brings the image again.
    await Promise.all(
      courses.map(({ group }) => call(this.#two, 'DELETE', `/images/${group.name}:1?noprune=1`)),
    );
  }

  /** Ends all groups. */
  async close(): Promise<void> {
    const names = new Set(this.#free.map(({ name }) => name));
    await Promise.all([this.#one, this.#two].map((host) => wipe(host, names)));
    for (const group of this.#free.splice(0)) group.close();
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}

async function inParallel<T>(
  width: number,
  list: readonly T[],
  work: (one: T) => Promise<void>,
): Promise<void> {
  const left = [...list];
  const worker = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
