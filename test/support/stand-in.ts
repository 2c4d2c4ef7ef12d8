import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CountingProxy } from './counting-proxy.ts';

/** Where the stand-in engine lies, if it is there at all. */
export const standInProgram = (root: string): string => resolve(root, '../shared/tools/fake-engine.mjs');

/** The stand-in engine with what a no-op `up` needs beyond it: containers that are started, on their network. */
export class StandIn {
  readonly folder = mkdtempSync(join(tmpdir(), 'tscn-'));
  readonly #root: string;
  #engine: ChildProcess | undefined;
  #proxy: CountingProxy | undefined;

  /** @param root of the checkout */
  constructor(root: string) {
    this.#root = root;
  }

  async open(): Promise<void> {
    const socket = join(this.folder, 'engine.sock');
    // The program looks at its own path to see that it was started.
    const args = [
      realpathSync(standInProgram(this.#root)),
      '--socket',
      socket,
      '--log',
      join(this.folder, 'log'),
    ];
    const engine = spawn(process.execPath, args);
    this.#engine = engine;
    await new Promise((ready) => engine.stdout.once('data', ready));
    const started = new Set<string>();
    this.#proxy = await CountingProxy.open(
      join(this.folder, 'proxy.sock'),
      socket,
      (call) => {
        const id = /^POST \/containers\/(.+)\/start$/.exec(call)?.[1];
        if (id === undefined) return undefined;
        started.add(id);
        return [204, ''];
      },
      (call, text) => (call === 'GET /containers/json' ? completed(text, started) : text),
    );
  }

  /** The calls since the last time. */
  take(): string[] {
    return this.#proxy!.take();
  }

  file(text: string): void {
    writeFileSync(join(this.folder, 'compose.yaml'), text);
  }

  tscompose(...args: readonly string[]): Promise<{ code: number | null; text: string; ms: number }> {
    const began = performance.now();
    const host = `unix://${join(this.folder, 'proxy.sock')}`;
    const env = { ...process.env, DOCKER_HOST: host, TSCOMPOSE_STATE: join(this.folder, 'state') };
    const child = spawn(join(this.#root, 'bin/tscompose'), args, { cwd: this.folder, env });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        text += String(chunk);
      });
    }
    return new Promise((done) =>
      child.once('close', (code) => done({ code, text, ms: performance.now() - began })),
    );
  }

  async close(): Promise<void> {
    await this.#proxy?.close();
    this.#engine?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function completed(text: string, started: ReadonlySet<string>): string {
  const rows: unknown = JSON.parse(text);
  if (!Array.isArray(rows)) return text;
  return JSON.stringify(
    rows.map((row) => {
      const network = `${row.Labels['com.docker.compose.project']}_default`;
      return {
        ...row,
        ...(started.has(row.Id) && { State: 'running' }),
        NetworkSettings: { Networks: { [network]: { NetworkID: '' } } },
      };
    }),
  );
}

/** A group of services in chains of ten. */
export function manyServices(count: number): string {
  const services = Array.from({ length: count }, (_, i) => {
    const needs = i % 10 === 0 ? '' : `, depends_on: [s${i - 1}]`;
    return `  s${i}: { image: app, command: run ${i}${needs} }`;
  });
  return `name: many${count}\nservices:\n${services.join('\n')}\n`;
}
