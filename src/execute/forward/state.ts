import { buffer } from 'node:stream/consumers';
import type { ForwardPorts } from '../../plan/operations.ts';

/** The user that forwarders run as. */
export const forwarderUser = 65534;

/** A tar with the folder in which a forwarder keeps its table: ports, and no backend yet. */
export async function forwarderState({ ports, hold }: ForwardPorts): Promise<Uint8Array> {
  const { pack } = await import('tar-stream');
  const archive = pack();
  const owner = { uid: forwarderUser, gid: forwarderUser };
  archive.entry({ name: 'state/', type: 'directory', mode: 0o700, ...owner });
  const table = JSON.stringify({ generation: 1, hold, ports, backends: [] });
  archive.entry({ name: 'state/table.json', mode: 0o600, ...owner }, table);
  archive.finalize();
  return await buffer(archive);
}
