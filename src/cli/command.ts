import type { Readable, Writable } from 'node:stream';
import type { Global } from './global.ts';
import type { RawValue } from './parse.ts';
import type { Inner } from './planning/inner.ts';
import type { Planning } from './planning/mode.ts';

/** One option of a command: source of parsing, help, completion and reference docs. */
export interface Option {
  readonly short?: string;
  /** Other spellings that are accepted and not shown. */
  readonly aliases?: readonly string[];
  readonly type: 'boolean' | 'string' | 'strings' | 'number' | 'optional-string';
  /** Shown in help: `--file stringArray`. */
  readonly placeholder?: string;
  readonly summary: string;
  readonly default?: string | boolean;
  readonly choices?: readonly string[];
  readonly hidden?: boolean;
  /** Accepted and without effect; whoever gives it is told this. */
  readonly deprecated?: string;
  /** What completion offers. */
  readonly complete?: 'service' | 'profile' | 'project' | 'file' | 'directory' | 'context';
}

export type Options = Readonly<Record<string, Option>>;

/** Values by long name; absent unless given (defaults are filled in by the parser). */
export type OptionValue<O extends Option> = O['type'] extends 'boolean'
  ? boolean | undefined
  : O['type'] extends 'strings'
    ? readonly string[]
    : O['type'] extends 'number'
      ? number | undefined
      : string | undefined;
export type OptionValues<T extends Options> = { readonly [K in keyof T]: OptionValue<T[K]> };

/** The outside world of a command, handed in so that tests can replace it. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDir: string;
  /** How the program was called; absent: by its own name. */
  readonly called?: { readonly program: string; readonly asCompose: boolean };
  /** Writes to standard output without a stream, for commands that print once: making one takes milliseconds. */
  readonly print?: (text: string) => void;
  /** Told the command's name before its work. */
  readonly begins?: (command: string) => void;
  /** Told the bytes of each compose file that is read. */
  readonly reads?: (bytes: number) => void;
}

export interface Invocation<T extends Options = Options> {
  readonly options: OptionValues<T>;
  /** Options of every command: `--file`, `--project-name`, `--progress`, … with their variables applied. */
  readonly global: Global;
  readonly args: readonly string[];
  readonly terminal: Terminal;
  /** Aborted at the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** Aborted at the second one. */
  readonly kill: AbortSignal;
  /** Only for commands with `plans`: what becomes of their plan. */
  readonly planning?: Planning;
  /** Only for `plan`: the command whose plan is asked for. */
  readonly inner?: Inner;
}

export interface CommandSpec<T extends Options> {
  readonly name: string;
  /** What follows the name in its usage line: `[OPTIONS] [SERVICE...]`. */
  readonly usage: string;
  readonly summary: string;
  readonly options: T;
  readonly args?: { readonly min?: number; readonly max?: number; readonly choices?: readonly string[] };
  /** Flags end at the first argument: what follows is another program's command line. */
  readonly flagsEnd?: boolean;
  /** Command lines that show what it is good for, with what they do. */
  readonly examples?: readonly (readonly [command: string, does: string])[];
  /** Ends by itself after an interrupt; otherwise the program ends at once. */
  readonly graceful?: boolean;
  /** Changes things by a plan that `plan` shows. If it can be `kept` in a file, `--plan FILE` executes it. */
  readonly plans?: 'shown' | 'kept';
  /** Its words are another command's: `plan down -v`. */
  readonly wraps?: boolean;
  /** @returns the exit code */
  run(invocation: Invocation<T>): Promise<number>;
}

/** A command whose options' types are sealed inside. */
export interface Command extends Omit<CommandSpec<Options>, 'run'> {
  start(values: Readonly<Record<string, RawValue>>, rest: Omit<Invocation, 'options'>): Promise<number>;
}

/** Seals a command: values that the parser read by `options` have the types that `options` name. */
export function defineCommand<const T extends Options>(spec: CommandSpec<T>): Command {
  const { run, ...rest } = spec;
  return {
    ...rest,
    start: (values, invocation) => run({ ...invocation, options: values as OptionValues<T> }),
  };
}
