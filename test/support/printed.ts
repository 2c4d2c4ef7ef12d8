import { PassThrough } from 'node:stream';
import { runLine } from '../../src/cli/main.ts';

/** What a command line prints in a folder, and its exit code. Nothing of this machine's environment is seen. */
export async function printed(
  folder: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ stdout: string; stderr: string; exit: number }> {
  const [out, err] = [collector(), collector()];
  const exit = await runLine(words, {
    stdin: new PassThrough(),
    stdout: out.stream,
    stderr: err.stream,
    environment: { HOME: '/home/nobody', ...environment },
    workingDir: folder,
  });
  return { stdout: out.text(), stderr: err.text(), exit };
}

function collector(): { stream: PassThrough; text(): string } {
  const chunks: Buffer[] = [];
  const stream = new PassThrough().on('data', (chunk: Buffer) => chunks.push(chunk));
  return { stream, text: () => Buffer.concat(chunks).toString() };
}
