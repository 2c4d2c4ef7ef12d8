import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** The helper as the build made it for one architecture. */
export interface Program {
  readonly arch: 'amd64' | 'arm64';
  readonly bytes: Uint8Array;
  /** The same digits mean the same program. */
  readonly digest: string;
}

const names: Readonly<Record<string, Program['arch']>> = {
  amd64: 'amd64',
  x86_64: 'amd64',
  arm64: 'arm64',
  aarch64: 'arm64',
};

// In the bundle this file lies in dist; run from source, two folders beside it.
const folders = ['helper', '../../dist/helper'];

const known = new Map<string, Promise<Program | undefined>>();

/** @param machine as an engine calls its architecture; @returns undefined if there is no helper for it */
export function helperProgram(machine: string): Promise<Program | undefined> {
  const arch = names[machine];
  if (arch === undefined) return Promise.resolve(undefined);
  const reading = known.get(arch) ?? read(arch);
  known.set(arch, reading);
  return reading;
}

async function read(arch: Program['arch']): Promise<Program | undefined> {
  const here = typeof __dirname === 'string' ? __dirname : import.meta.dirname;
  for (const folder of folders) {
    const packed = await readFile(join(here, folder, `${arch}.gz`)).catch(() => undefined);
    if (packed === undefined) continue;
    const bytes = await promisify(gunzip)(packed);
    return { arch, bytes, digest: createHash('sha256').update(bytes).digest('hex').slice(0, 24) };
  }
  return undefined;
}
