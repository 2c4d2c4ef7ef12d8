import { describe, test } from 'vitest';
import { connect } from '../../../src/engine/connect.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { docker, podman } from '../../support/engines.ts';

let counter = 0;

/** A name that no other test uses. */
export function freshName(): string {
  counter += 1;
  return `tsce${process.pid}n${counter}`;
}

export async function open(host: string): Promise<Engine> {
  return await connect({ host, environment: { HOME: '/nonexistent' }, home: '/nonexistent' });
}

/** Reads a command's output in a running container. */
export async function read(engine: Engine, container: string, command: readonly string[]): Promise<string> {
  const exec = await engine.createExec(container, { command, tty: false, stdin: false });
  const { stdout, stderr, ended } = await engine.startExec(exec, { tty: false, stdin: false });
  let text = '';
  for (const stream of [stdout, stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
  }
  await ended;
  return text;
}

/** One test on each engine that is there. The engine is closed, and what carries the name removed, afterwards. */
export function onEngines(
  sentence: string,
  body: (engine: Engine, name: string) => Promise<void>,
  kinds: readonly ('docker' | 'podman')[] = ['docker', 'podman'],
): void {
  describe(sentence, () => {
    for (const kind of kinds) {
      const host = { docker, podman }[kind];
      test.skipIf(host === undefined)(`on ${kind}`, async () => {
        const engine = await open(host!);
        const name = freshName();
        try {
          await body(engine, name);
        } finally {
          await cleanUp(engine, name);
          engine.close();
        }
      });
    }
  });
}

/** Removes containers, networks and volumes of a project. */
export async function cleanUp(engine: Engine, project: string): Promise<void> {
  const labels = [`com.docker.compose.project=${project}`];
  for (const { id } of await engine.listContainers({ labels, all: true })) {
    await engine.removeContainer(id, { force: true, volumes: true });
  }
  for (const { id } of await engine.listNetworks({ labels })) await engine.removeNetwork(id);
  for (const { name } of await engine.listVolumes({ labels })) await engine.removeVolume(name, true);
}
