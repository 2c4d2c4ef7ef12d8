import { execFile } from 'node:child_process';
import { UserError } from '../../diagnostic/errors.ts';
import type { ModelRunnerFacts } from '../../model/models.ts';
import type { StringMap } from '../../model/scalars.ts';
import { listOf, objectOf, textOf } from '../../util/json.ts';

import { findPlugin } from '../provider/find.ts';

export interface ModelRunnerContext {
  readonly environment: StringMap;
  readonly workingDir: string | undefined;
  readonly signal: AbortSignal;
}

/** The docker plugin `model`: lists, downloads and configures language models. */
export class ModelRunner {
  readonly #program: string;
  readonly #context: ModelRunnerContext;

  private constructor(program: string, context: ModelRunnerContext) {
    this.#program = program;
    this.#context = context;
  }

  /** @throws UserError if the plugin is not installed */
  static find(context: ModelRunnerContext): ModelRunner {
    const program = findPlugin('model', context.environment);
    if (program !== undefined) return new ModelRunner(program, context);
    throw new UserError('no-model-runner', "'models' support requires Docker Model plugin", {
      hint: 'install the docker plugin "docker-model", or take the models out of the services that you bring up',
      exit: 1,
    });
  }

  /** @throws UserError if the program fails or answers something else */
  async facts(): Promise<ModelRunnerFacts> {
    const [status, list] = await Promise.all([
      this.#json(['status', '--json'], 'error checking docker-model status'),
      this.#json(['ls', '--json'], 'error checking available models'),
    ]);
    const present = listOf(list).flatMap((one) => listOf(objectOf(one)['tags']).map(textOf));
    return { endpoint: textOf(objectOf(status)['endpoint']), present };
  }

  async pull(reference: string, tell: (line: string) => void): Promise<void> {
    await this.#run(['pull', reference], `pulling the model ${reference} failed`, tell);
  }

  /** Runtime flags go to programs that know them, from 1.0.6 on. @returns false if they were left out */
  async configure(
    reference: string,
    contextSize: number | undefined,
    flags: readonly string[],
  ): Promise<boolean> {
    const takesFlags = flags.length > 0 && (await this.#takesFlags());
    const args = [
      'configure',
      ...((contextSize ?? 0) > 0 ? ['--context-size', String(contextSize)] : []),
      reference,
      ...(takesFlags ? ['--', ...flags] : []),
    ];
    await this.#run(args, `configuring the model ${reference} failed`, () => {});
    return takesFlags || flags.length === 0;
  }

  async #takesFlags(): Promise<boolean> {
    const metadata = await this.#json(
      ['docker-cli-plugin-metadata'],
      'the model plugin does not describe itself',
    );
    const version = textOf(objectOf(metadata)['Version']);
    const [, major, minor, patch] = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
    if (major === undefined) return false;
    return Number(major) * 1e6 + Number(minor) * 1e3 + Number(patch) >= 1_000_006;
  }

  async #json(args: readonly string[], complaint: string): Promise<unknown> {
    const text = await this.#run(args, complaint, () => {});
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw this.#failure(complaint, `it answered ${text.slice(0, 100)}`, cause);
    }
  }

  #run(args: readonly string[], complaint: string, tell: (line: string) => void): Promise<string> {
    const { environment, workingDir, signal } = this.#context;
    const options = { env: { ...process.env, ...environment }, cwd: workingDir, signal, maxBuffer: 64 << 20 };
    return new Promise((resolve, reject) => {
      const child = execFile(this.#program, [...args], options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(this.#failure(complaint, stderr.trim().split('\n').at(-1) || error.message, error));
      });
      child.stdout?.on('data', (text: string) => {
        const line = text.trim().split('\n').at(-1);
        if (line) tell(line);
      });
    });
  }

  #failure(complaint: string, reason: string, cause: unknown): UserError {
    return new UserError('model-runner-failed', `${complaint}: ${reason}`, {
      hint: 'run "docker model status" to see more',
      cause,
    });
  }
}
