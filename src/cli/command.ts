import type { Readable, Writable } from 'node:stream';

/** One option of a command: source of parsing, help, completion and reference docs. */
export interface Option {
  readonly short?: string;
  readonly type: 'boolean' | 'string' | 'strings' | 'number' | 'optional-string';
  /** Shown in help: `--file stringArray`. */
  readonly placeholder?: string;
  readonly summary: string;
  readonly default?: string | boolean;
  readonly choices?: readonly string[];
  readonly hidden?: boolean;
  /** What completion offers. */
  readonly complete?: 'service' | 'profile' | 'file' | 'directory' | 'context';
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
}

export interface Invocation<T extends Options, G extends Options> {
  readonly options: OptionValues<T>;
  /** Options before the command: `--file`, `--project-name`, `--progress`, … */
  readonly global: OptionValues<G>;
  readonly args: readonly string[];
  readonly terminal: Terminal;
  /** Aborted at the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}
