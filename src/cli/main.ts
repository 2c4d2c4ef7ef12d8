import { exitCode } from '../diagnostic/errors.ts';

/** Runs one command line (without node and script); returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const [command] = argv;
  process.stderr.write(
    command === undefined ? 'tscompose: no command given\n' : `tscompose: unknown command "${command}"\n`,
  );
  return exitCode.usage;
}
