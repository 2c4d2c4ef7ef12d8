import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, test } from 'vitest';
import {
  docker,
  engineCall,
  podman,
  projectState,
  revisionVolumes,
  snapshotsOf,
} from '../support/engines.ts';

/** TSCOMPOSE_TEST_BIN names another program: the single executable. */
const bin = process.env['TSCOMPOSE_TEST_BIN'] ?? resolve(import.meta.dirname, '../../bin/tscompose');

/** What a process left behind. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One thing that must be true after a step: throws if it is not. */
export type Check = (context: { readonly scenario: Scenario; readonly ended: Ended }) => void | Promise<void>;

export interface Running {
  readonly interruptWhen?: RegExp;
  readonly started?: (child: ChildProcess) => void;
  /** For standard input; without it there is none. */
  readonly input?: string | Buffer;
}

/** A project of its own on one engine, and the steps that were taken with it. */
export class Scenario {
  readonly host: string;
  readonly folder = mkdtempSync(join(tmpdir(), 'tscs-'));
  readonly project: string;
  /** Variables for tscompose beyond those of the tests. */
  readonly environment: Record<string, string> = {};
  /** The program under test. */
  program = bin;
  readonly #log: string[] = [];

  constructor(host: string, project: string) {
    this.host = host;
    this.project = project;
  }

  /** Writes a file of the project. */
  file(path: string, text: string): void {
    const full = join(this.folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }

  /** Runs `tscompose …` in the project's folder, then the checks. The first failed check fails the scenario. */
  async step(intent: string, args: readonly string[], ...checks: readonly Check[]): Promise<Ended> {
    const ended = await this.tscompose(args);
    this.#log.push(
      `# ${intent}\n$ tscompose ${args.join(' ')}\n${ended.stdout}${ended.stderr}exit ${ended.code}\n`,
    );
    for (const check of checks) {
      try {
        await check({ scenario: this, ended });
      } catch (error) {
        if (error instanceof Error) error.message = `${intent}: ${error.message}\n\n${this.#log.join('\n')}`;
        throw error;
      }
    }
    return ended;
  }

  /** Runs `tscompose`; `interruptWhen` sends SIGINT once stdout or stderr matches, `started` gets the process. */
  tscompose(args: readonly string[], options: Running = {}): Promise<Ended> {
    const own = { DOCKER_HOST: this.host, COMPOSE_PROJECT_NAME: this.project, NO_COLOR: '1' };
    const env = { ...process.env, ...own, ...this.environment };
    const child = spawn(this.program, args, { cwd: this.folder, env, stdio: ['pipe', 'pipe', 'pipe'] });
    // A program that reads nothing may have ended before.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input);
    options.started?.(child);
    return new Promise((done, fail) => {
      let stdout = '';
      let stderr = '';
      let interrupted = false;
      const seen = () => {
        if (interrupted || !options.interruptWhen?.test(stdout + stderr)) return;
        interrupted = true;
        child.kill('SIGINT');
      };
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
        seen();
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
        seen();
      });
      child.once('error', fail);
      child.once('close', (code) => done({ code: code ?? -1, stdout, stderr }));
    });
  }

  /** Takes away what the scenario made, through the engine itself. */
  async close(): Promise<void> {
    const state = await projectState(this.host, this.project);
    for (const { id } of state.containers)
      await engineCall(this.host, 'DELETE', `/containers/${id}?force=1&v=1`);
    for (const name of state.networks) await engineCall(this.host, 'DELETE', `/networks/${name}`);
    const kept = [
      ...(await revisionVolumes(this.host, this.project)),
      ...(await snapshotsOf(this.host, this.project)),
    ];
    const volumes = [...state.volumes, ...kept];
    for (const name of volumes) await engineCall(this.host, 'DELETE', `/volumes/${name}`);
    for (const id of state.images) await engineCall(this.host, 'DELETE', `/images/${id}?force=1`);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

let counter = 0;

/**
 * One sentence that must be true, shown by steps on a real engine. On Podman too unless `engines` says otherwise.
 * With TSCOMPOSE_TEST_KEEP set, a failed scenario keeps its containers and files.
 */
export function scenario(
  sentence: string,
  body: (scenario: Scenario) => Promise<void>,
  {
    engines = ['docker', 'podman'],
    skip = false,
  }: { readonly engines?: readonly ('docker' | 'podman')[]; readonly skip?: boolean } = {},
): void {
  describe(sentence, () => {
    for (const [name, host] of [
      ['docker', docker],
      ['podman', podman],
    ] as const) {
      if (!engines.includes(name)) continue;
      test.skipIf(skip || host === undefined)(`on ${name}`, async () => {
        counter += 1;
        const one = new Scenario(host!, `tscs${process.pid}n${counter}`);
        let failed = true;
        try {
          await body(one);
          failed = false;
        } finally {
          if (!failed || !process.env['TSCOMPOSE_TEST_KEEP']) await one.close();
        }
      });
    }
  });
}
