import { spawn, spawnSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A message for the person at the terminal; stdout stays free for results. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** An expected failure: its message is all that is printed. */
export class ScriptError extends Error {}

/** Runs a script's main function; expected failures end with their message and exit code 1. */
export async function main(body) {
  try {
    process.exitCode = (await body(process.argv.slice(2))) ?? 0;
  } catch (error) {
    say(error instanceof ScriptError ? error.message : error.stack);
    process.exitCode = 1;
  }
}

/** Runs a program with its output shown. @returns its exit code (128 + signal when killed) */
export function run(command, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options });
    child.once('error', fail);
    child.once('close', (code, signal) => done(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

/** Runs a program quietly. @returns its stdout; throws a ScriptError with its stderr if it fails */
export function capture(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (result.error) throw new ScriptError(`${command}: ${result.error.message}`);
  if (result.status !== 0) {
    throw new ScriptError(
      `${command} ${args.slice(0, 4).join(' ')} failed:\n${result.stderr || result.stdout}`,
    );
  }
  return result.stdout;
}

/** Whether a program of this name is in PATH. */
export function has(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
}

export const isRoot = process.getuid?.() === 0;

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Waits until the check gives a true value. @returns that value, or undefined after `ms` */
export async function until(check, ms, every = 50) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(every)) {
    const value = await check();
    if (value) return value;
  }
  return undefined;
}
