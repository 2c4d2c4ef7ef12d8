import { randomBytes } from 'node:crypto';
import { basename, dirname } from 'node:path/posix';
import { UserError } from '../diagnostic/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { hostOf, placesOf } from '../engine/host-of.ts';
import { objectOf, textOf } from '../util/json.ts';
import type { HelperRequest } from './container.ts';
import { refuseDifferences } from './copy.ts';
import {
  type PassReport,
  passReport,
  type Verdict,
  type VolumeStat,
  verdicts,
  volumeStats,
} from './results.ts';
import { CarrySession, type Progress } from './session.ts';

/** A volume and its copy on the other engine; an absolute path is a file or folder of the host. */
export interface VolumePair {
  readonly source: string;
  readonly target: string;
}

export interface PairOptions {
  /** How the data goes: `auto` is `direct` where the target is on another machine that the source reaches. */
  readonly data: 'auto' | 'direct' | 'relay';
  /** On both helpers' containers. */
  readonly labels: Readonly<Record<string, string>>;
  /** Told when the way was chosen. */
  readonly notice?: (message: string) => void;
}

export interface PassOptions {
  /** Nobody writes any more: whatever changes meanwhile is an error. */
  readonly final: boolean;
  /** Have the copy read back what it got, and compare. */
  readonly contents: boolean;
  /** Bytes a second; absent: as fast as it goes. */
  readonly limit?: number;
  readonly compress: 'auto' | 'none' | 'always';
  readonly progress?: (progress: Progress) => void;
}

/** What both sides say of a pass. */
export interface Pass {
  readonly sent: PassReport;
  readonly received: PassReport;
  /** Of the whole pass, with reading back. */
  readonly seconds: number;
}

const port = 7799;

/** Two helpers with a stream between them: one reads volumes, the other makes their copies. They stay for all passes. */
export class VolumePairs {
  readonly #source: CarrySession;
  readonly #target: CarrySession;
  readonly pairs: readonly VolumePair[];
  /** What commands are about: the places in both helpers, and what in them is meant if not all. */
  readonly #words: { readonly volumes: readonly string[]; readonly only: Readonly<Record<string, string>> };

  private constructor(source: CarrySession, target: CarrySession, pairs: readonly VolumePair[]) {
    this.#source = source;
    this.#target = target;
    this.pairs = pairs;
    this.#words = {
      volumes: pairs.map((_, i) => placeOf(i)),
      only: Object.fromEntries(
        pairs.flatMap(({ source }, i) => (isPath(source) ? [[placeOf(i), basename(source)]] : [])),
      ),
    };
  }

  static async open(
    source: Engine,
    target: Engine,
    pairs: readonly VolumePair[],
    options: PairOptions,
  ): Promise<VolumePairs> {
    const hosts = placesOf(target.facts);
    const direct =
      options.data === 'direct' || (options.data === 'auto' && mayDial(source) && hosts.length > 0);
    const { labels } = options;
    const network = direct ? { networkMode: 'bridge' } : {};
    const [one, two] = await Promise.allSettled([
      CarrySession.open(source, {
        ...{ labels, ...network },
        ...mountsOf(
          pairs.map((pair) => pair.source),
          true,
        ),
      }),
      CarrySession.open(target, {
        ...{ labels, ...network, ...(direct && { publish: [port] }) },
        ...mountsOf(
          pairs.map((pair) => pair.target),
          false,
        ),
      }),
    ]);
    if (one.status === 'rejected' || two.status === 'rejected') {
      for (const opened of [one, two]) if (opened.status === 'fulfilled') await opened.value.close();
      throw one.status === 'rejected' ? one.reason : two.status === 'rejected' ? two.reason : undefined;
    }
    const made = new VolumePairs(one.value, two.value, pairs);
    try {
      await made.#connect(direct, hosts, options);
    } catch (error) {
      await made.close();
      throw error;
    }
    return made;
  }

  async #connect(direct: boolean, hosts: readonly string[], { data, notice }: PairOptions): Promise<void> {
    this.#source.join(this.#target);
    if (!direct) return;
    const failure = await this.#dial(hosts).then(
      (address) => notice?.(`data goes directly to ${address}`),
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
    if (!(failure instanceof Error)) return;
    if (data === 'direct') {
      throw new UserError(
        'no-direct-way',
        `${this.#source.engine.name} does not reach ${this.#target.engine.name}: ${failure.message}`,
        {
          hint: 'open the way between the hosts, or use --data relay',
          cause: failure,
        },
      );
    }
    notice?.('the hosts do not reach each other: data goes through this machine');
    // The listener waits for its caller: a fresh helper takes the relay.
    throw new RelayInstead();
  }

  async #dial(hosts: readonly string[]): Promise<string> {
    const token = randomBytes(32).toString('hex');
    const heard = new Promise<string>((resolve) => {
      this.#target.onEvent = (event) => {
        if (event['event'] === 'listening') resolve(textOf(event['fingerprint']));
      };
    });
    const accepted = this.#target.ask('listen', { address: `:${port}`, token });
    accepted.catch(() => {});
    const fingerprint = await Promise.race([heard, accepted.then(() => '')]);
    const details = await this.#target.engine.inspectContainer(this.#target.container);
    const published = details.ports.find((one) => one.port === port && one.hostPort !== undefined)?.hostPort;
    const addresses = hosts.map((host) => `${host.includes(':') ? `[${host}]` : host}:${published}`);
    const dialed = objectOf(await this.#source.ask('dial', { addresses, fingerprint, token }));
    await accepted;
    return textOf(dialed['address']);
  }

  async stat(): Promise<{ readonly source: VolumeStat[]; readonly target: VolumeStat[] }> {
    const words = this.#words;
    const [source, target] = await Promise.all([
      this.#source.ask('stat', words),
      this.#target.ask('stat', words),
    ]);
    return { source: volumeStats(source), target: volumeStats(target) };
  }

  /** One pass over all volumes: what changed since the one before goes over. */
  async pass({ final, contents, limit, compress, progress }: PassOptions): Promise<Pass> {
    const began = performance.now();
    const places = this.#words;
    const [received, sent] = await Promise.all([
      this.#target.ask('receive', places),
      this.#source.ask('pass', { ...places, final, contents, compress, limit: limit ?? 0 }, progress),
    ]);
    const seconds = (performance.now() - began) / 1000;
    return { sent: passReport(sent), received: passReport(received), seconds };
  }

  /**
   * Compares every copy with its original as the last pass saw it.
   * @param all read all contents again, on both sides
   * @returns of each pair, the digest that both sides have
   * @throws UserError `volume-differs`
   */
  async prove({ contents, all }: { contents: boolean; all: boolean }): Promise<Verdict[]> {
    const words = { ...this.#words, contents, all };
    const [found, wanted] = await Promise.all([
      this.#target.ask('check', words).then(verdicts),
      this.#source.ask('prove', words).then(verdicts),
    ]);
    for (const [i, { target }] of this.pairs.entries()) {
      const one = found[i];
      const same = one !== undefined && one.digest === wanted[i]?.digest && one.digest !== '';
      const differences = one?.differences ?? [];
      refuseDifferences(this.#target.engine, target, {
        ...{ digest: '', entries: 0, bytes: 0 },
        differences: same || differences.length > 0 ? differences : ['the digests of both sides differ'],
      });
    }
    return found;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#source.close(), this.#target.close()]);
  }
}

function placeOf(index: number): string {
  return `/volumes/${index}`;
}

function isPath(name: string): boolean {
  return name.startsWith('/');
}

/** Of a path, its folder is mounted: what a path leads to may be a file, or not be there yet. */
function mountsOf(names: readonly string[], readOnly: boolean): Pick<HelperRequest, 'mounts' | 'binds'> {
  const all = names.map((name, i) => ({ name, at: placeOf(i), readOnly }));
  return {
    mounts: all.filter(({ name }) => !isPath(name)).map(({ name, ...rest }) => ({ volume: name, ...rest })),
    binds: all
      .filter(({ name }) => isPath(name))
      .map(({ name, ...rest }) => ({ source: dirname(name), ...rest })),
  };
}

class RelayInstead extends Error {}

/** Opens the pairs; where the hosts turn out not to reach each other, through this machine. */
export async function openPairs(
  source: Engine,
  target: Engine,
  pairs: readonly VolumePair[],
  options: PairOptions,
): Promise<VolumePairs> {
  try {
    return await VolumePairs.open(source, target, pairs, options);
  } catch (error) {
    if (!(error instanceof RelayInstead)) throw error;
    return await VolumePairs.open(source, target, pairs, { ...options, data: 'relay' });
  }
}

/** Podman of this machine may be rootless, whose containers have networks of another kind. */
function mayDial({ facts }: Engine): boolean {
  return facts.kind === 'docker' || hostOf(facts.address) !== undefined;
}
