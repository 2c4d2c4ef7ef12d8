import { expect } from 'vitest';
import { validEvent } from '../support/events-schema.ts';
import { isRecord } from '../support/json.ts';
import { exits } from './checks.ts';
import { type Ended, scenario } from './scenario.ts';

const image = 'image: tscompose-base/busybox\n    stop_signal: SIGKILL';

/** The lines on standard error: JSON by the schema, all of them. */
function lines({ stderr }: Ended): readonly Record<string, unknown>[] {
  return stderr
    .trimEnd()
    .split('\n')
    .map((text) => {
      const line: unknown = JSON.parse(text);
      expect([text, validEvent(line), validEvent.errors]).toEqual([text, true, null]);
      return isRecord(line) ? line : {};
    });
}

scenario(
  '--progress json is lines by the schema: steps, failures with what is known, one summary at the end',
  async (s) => {
    s.file('compose.yaml', `services:\n  a:\n    ${image}\n    command: sleep 600\n`);
    const json = ['--progress', 'json'];
    const up = lines(await s.step('up', [...json, 'up', '-d', '--timeline'], exits(0)));
    expect(up.at(-1)).toMatchObject({ type: 'summary', changed: true, failed: 0, exit_code: 0 });
    const { timeline } = up.at(-1) ?? {};
    expect(timeline).toMatchObject({
      path: expect.arrayContaining([expect.objectContaining({ phase: 'start' })]),
    });
    const id = `Container ${s.project}-a-1`;
    expect(up).toContainEqual(expect.objectContaining({ id, status: 'Done', text: 'Started', service: 'a' }));
    const again = lines(await s.step('up again', [...json, 'up', '-d'], exits(0)));
    expect(again.map(({ type, text, changed }) => [type, text, changed])).toEqual([
      ['resource', 'Running', undefined],
      ['summary', undefined, false],
    ]);
    s.file(
      'compose.yaml',
      `services:
  a:
    ${image}
    command: sh -c 'echo broken; exit 3'
  b:
    ${image}
    command: sleep 600
    depends_on: { a: { condition: service_completed_successfully } }
`,
    );
    const failing = lines(await s.step('a dependency that fails', [...json, 'up', '-d'], exits(1)));
    expect(failing.at(-1)).toMatchObject({ type: 'summary', failed: 1, exit_code: 1 });
    expect(failing.at(-2)).toMatchObject({
      ...{ type: 'notice', error: true, message: expect.stringContaining("didn't complete successfully") },
      dossier: { service: 'a', exit_code: 3, log: ['broken'], needed_by: ['b'] },
    });
    const unknown = lines(await s.step('no such service', [...json, 'stop', 'nope'], exits(1)));
    expect(unknown.map(({ type, error }) => [type, error])).toEqual([
      ['notice', true],
      ['summary', undefined],
    ]);
    expect(unknown[0]).toMatchObject({ message: 'no such service: nope' });
    const looking = lines(await s.step('a command that only looks', [...json, 'logs', 'nope'], exits(1)));
    expect(looking).toMatchObject([{ type: 'notice', error: true, message: 'no such service: nope' }]);
    s.file('compose.yaml', 'services:\n  a:\n    imag: x\n');
    const invalid = lines(await s.step('files that are wrong', [...json, 'up', '-d'], exits(1)));
    expect(invalid[0]).toMatchObject({ type: 'notice', error: true, line: 3, file: expect.anything() });
  },
  { engines: ['docker'] },
);
