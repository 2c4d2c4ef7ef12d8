import { type StateWorld, stateFolder } from '../engine/state.ts';
import type { Context } from './session.ts';

/** Where the lock and the journal of a command are kept. */
export function stateOf({ terminal: { environment }, global }: Context, command: string) {
  const seconds = global['lock-timeout'];
  return {
    ...{ folder: stateFolder(stateWorld(environment)), command: `tscompose ${command}` },
    ...(seconds !== undefined && { lockPatience: Math.max(0, seconds) * 1000 }),
  };
}

export function stateWorld(environment: Context['terminal']['environment']): StateWorld {
  return { environment, home: environment['HOME'] ?? '/', uid: process.getuid?.() ?? -1 };
}
