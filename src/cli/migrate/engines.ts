import { exitCode, UserError } from '../../diagnostic/errors.ts';
import { connect } from '../../engine/connect.ts';
import type { Engine } from '../../engine/engine.ts';
import { type Context, openEngine } from '../session.ts';

/** The engine of a context or an address. */
export function engineAt(context: Context, place: string): Promise<Engine> {
  const { terminal, signal } = context;
  return connect({
    ...{ environment: terminal.environment, signal },
    ...(place.includes('://') ? { host: place } : { context: place }),
  });
}

/** Both ends of a move, closed after use. @throws UserError if they are one and the same engine */
export async function withEngines<R>(
  context: Context,
  from: string | undefined,
  to: string,
  use: (source: Engine, target: Engine) => Promise<R>,
): Promise<R> {
  const source = from === undefined ? openEngine(context) : engineAt(context, from);
  source.catch(() => {});
  const opened = await Promise.allSettled([source, engineAt(context, to)]);
  const [one, two] = opened;
  try {
    if (one.status === 'rejected') throw one.reason;
    if (two.status === 'rejected') throw two.reason;
    if (one.value.facts.address === two.value.facts.address) throw sameEngine(two.value.name);
    return await use(one.value, two.value);
  } finally {
    for (const each of opened) if (each.status === 'fulfilled') each.value.close();
  }
}

export function sameEngine(name: string): UserError {
  return new UserError('same-engine', `source and target are one engine: ${name}`, {
    hint: 'name another engine with --to',
    exit: exitCode.refused,
  });
}
