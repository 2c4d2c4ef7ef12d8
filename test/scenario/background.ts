import { spawn } from 'node:child_process';
import { expect } from 'vitest';
import type { Scenario } from './scenario.ts';

/** `tscompose …` that goes on until it is ended. */
export function background(s: Scenario, args: readonly string[]) {
  const env = { ...process.env, DOCKER_HOST: s.host, COMPOSE_PROJECT_NAME: s.project, NO_COLOR: '1' };
  const child = spawn(s.program, args, { cwd: s.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let problems = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    problems += part;
  });
  const ended = new Promise<number | null>((done) => {
    child.once('close', done);
  });
  return {
    pid: child.pid ?? 0,
    text: () => text,
    problems: () => problems,
    until: async (done: (text: string) => boolean): Promise<void> => {
      for (const end = Date.now() + 30_000; !done(text); ) {
        if (Date.now() > end) throw new Error(`not in 30 s:\n${text.slice(-4000)}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    /** @param quiet nothing may have been written to standard error */
    interrupt: async (quiet = true): Promise<number | null> => {
      child.kill('SIGINT');
      const code = await ended;
      if (quiet) expect(problems).toBe('');
      return code;
    },
  };
}
