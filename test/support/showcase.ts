import { PassThrough } from 'node:stream';
import type { Terminal } from '../../src/cli/command.ts';
import { runLine } from '../../src/cli/main.ts';
import { problemText } from '../../src/cli/problems.ts';
import { describeError } from '../../src/cli/report.ts';
import { lint } from '../../src/lint/lint.ts';
import { loadProject } from '../../src/load/load.ts';
import { createFileReader } from '../../src/source/files.ts';

/** Files, and how they are looked at. */
export interface Showcase {
  readonly folder: string;
  /** Default: `lint --offline`. */
  readonly command?: readonly string[];
  /** Global options. */
  readonly args?: readonly string[];
  /** Judged for an engine that speaks this version. */
  readonly apiVersion?: string;
  /** Loaded for these services only, as `up` does. */
  readonly needed?: readonly string[];
}

const environment = { HOME: '/home/nobody' };

/** What is printed, as text and as JSON, with the folder called /project. */
export async function problemsOf(showcase: Showcase): Promise<{ text: string; json: string }> {
  const [text, json] = await Promise.all([print(showcase, 'text'), print(showcase, 'json')]);
  return { text: text.replaceAll(showcase.folder, '/project'), json };
}

async function print(showcase: Showcase, format: string): Promise<string> {
  const { folder, command = ['lint', '--offline'], args = [], apiVersion, needed } = showcase;
  const printed: Buffer[] = [];
  const stream = new PassThrough().on('data', (chunk: Buffer) => printed.push(chunk));
  const terminal: Terminal = {
    ...{ stdin: stream, stdout: stream, stderr: stream, environment, workingDir: folder },
  };
  const request = {
    ...{ workingDir: folder, files: [], profiles: [], envFiles: [], environment, services: needed ?? [] },
  };
  const reader = createFileReader(environment);
  if (apiVersion !== undefined) {
    const { diagnostics } = lint(request, reader, { kind: 'docker', version: 'old', apiVersion });
    return problemText(diagnostics, { terminal, format });
  }
  if (needed !== undefined) {
    try {
      const { diagnostics, project } = loadProject({ ...request, onlyNeeded: true }, reader);
      const left = Object.keys(project.disabledServices);
      const note = format === 'text' ? `loaded ${Object.keys(project.services)}; left ${left}\n` : '';
      return problemText(diagnostics, { terminal, format }) + note;
    } catch (error) {
      return describeError(error, { debug: false, terminal, format }).text;
    }
  }
  const exit = await runLine(['--diagnostics', format, ...args, ...command], terminal);
  const text = Buffer.concat(printed).toString();
  return format === 'text' ? `${text}exit code ${exit}\n` : text;
}
