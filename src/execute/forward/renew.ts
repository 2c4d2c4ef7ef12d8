import { helperProgram } from '../../data/program.ts';
import type { Engine } from '../../engine/engine.ts';
import { messageOf } from '../failure.ts';
import { callForwarder, type ForwarderStatus } from './call.ts';

/** Ids of forwarders that this process has tried with. */
const tried = new Set<string>();

/**
 * Gives a running forwarder this build's helper, if it runs another one: the new program takes the listening sockets
 * over, the old one goes on with its connections until they have ended. One that can't be renewed goes on as it is.
 * @returns what to tell, if anything was done
 */
export async function renewForwarder(
  engine: Engine,
  { id, name }: { readonly id: string; readonly name: string },
  { program }: ForwarderStatus,
): Promise<{ readonly level: 'info' | 'warning'; readonly message: string } | undefined> {
  // Those that don't tell were made before this was possible.
  if (program === undefined || tried.has(id)) return undefined;
  const wanted = await helperProgram(engine.facts.arch);
  if (wanted === undefined || wanted.digest === program) return undefined;
  tried.add(id);
  try {
    const file = { target: '/helper', content: wanted.bytes, mode: 0o755, uid: 0, gid: 0 };
    await engine.copyFiles(id, [file]);
    const { code, error, output } = await callForwarder(engine, id, ['upgrade', file.target]);
    if (code !== 0) throw new Error(error || output);
    return { level: 'info', message: `${name} goes on with the program of this version` };
  } catch (error) {
    return { level: 'warning', message: `${name} goes on with its former program: ${messageOf(error)}` };
  }
}
