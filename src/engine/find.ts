import { EngineError } from '../diagnostic/errors.ts';
import { fromContext } from './endpoints/context.ts';
import type { Endpoint, EndpointStrategy, StrategyAnswer, Surroundings } from './endpoints/endpoint.ts';
import { fromDockerHost, fromFlag } from './endpoints/host.ts';
import {
  defaultSocket,
  desktopSockets,
  ownEngines,
  podmanSockets,
  rootlessDocker,
} from './endpoints/sockets.ts';
import type { Engine } from './engine.ts';

/** In the order in which they are asked. */
const strategies: readonly EndpointStrategy[] = [
  fromFlag,
  fromDockerHost,
  fromContext,
  defaultSocket,
  rootlessDocker,
  podmanSockets,
  desktopSockets,
  ownEngines,
];

/** What became of one strategy. */
export interface Attempt {
  readonly strategy: string;
  readonly outcome: 'used' | 'no answer' | 'declined' | 'not asked';
  readonly address?: string;
  readonly detail: string;
}

export interface Finding {
  readonly engine: Engine | undefined;
  readonly endpoint: Endpoint | undefined;
  readonly attempts: readonly Attempt[];
  /** The first error of an engine that was asked. */
  readonly error: EngineError | undefined;
}

/**
 * Asks one strategy after the other until an engine answers. An engine that the user chose is the only
 * one tried: a command must not run elsewhere because it is down.
 */
export async function findEngine(
  world: Surroundings,
  open: (endpoint: Endpoint) => Promise<Engine>,
): Promise<Finding> {
  const attempts: Attempt[] = [];
  let error: EngineError | undefined;
  for (const [index, strategy] of strategies.entries()) {
    const answer = strategy.find(world);
    for (const endpoint of endpointsOf(answer)) {
      const base = { strategy: strategy.name, address: endpoint.address };
      try {
        const engine = await open(endpoint);
        attempts.push({ ...base, outcome: 'used', detail: endpoint.reason });
        return { engine, endpoint, attempts: [...attempts, ...rest(index)], error: undefined };
      } catch (problem) {
        if (!(problem instanceof EngineError)) throw problem;
        error ??= problem;
        attempts.push({ ...base, outcome: 'no answer', detail: problem.message });
        if (answer.kind === 'chosen') {
          return { engine: undefined, endpoint, attempts: [...attempts, ...rest(index)], error: problem };
        }
      }
    }
    if (answer.kind === 'declined') {
      attempts.push({ strategy: strategy.name, outcome: 'declined', detail: answer.reason });
    }
  }
  return { engine: undefined, endpoint: undefined, attempts, error };
}

function endpointsOf(answer: StrategyAnswer): readonly Endpoint[] {
  if (answer.kind === 'chosen') return [answer.endpoint];
  return answer.kind === 'candidates' ? answer.endpoints : [];
}

function rest(after: number): Attempt[] {
  return strategies
    .slice(after + 1)
    .map(({ name }) => ({ strategy: name, outcome: 'not asked', detail: 'decided before' }));
}

/** The error when no engine answers: what was tried, and the ways out. */
export function nothingFound({ attempts, endpoint, error }: Finding, ways: readonly string[]): EngineError {
  if (endpoint !== undefined && error !== undefined) {
    const hint = [error.hint, `it was chosen by ${endpoint.reason}`].filter(Boolean).join('; ');
    return new EngineError(error.kind, 'connect', error.message, { hint, cause: error });
  }
  const lines = attempts.map(({ strategy, detail, address }) => {
    const where = address === undefined || detail.includes(address) ? '' : `${address}: `;
    return `  ${strategy}: ${where}${detail}`;
  });
  const kind = error?.kind === 'denied' ? 'denied' : 'unreachable';
  return new EngineError(kind, 'connect', `no container engine answers. Tried:\n${lines.join('\n')}`, {
    hint: ways.join('\n  '),
    cause: error,
  });
}
