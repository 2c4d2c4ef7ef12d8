import { expect } from 'vitest';
import { exits, prints, printsNot } from './checks.ts';
import { scenario } from './scenario.ts';

const image = 'image: tscompose-base/busybox';

scenario(
  'what hooks print stands among the logs of an attached up, and what they say goodbye to may end',
  async (s) => {
    s.file(
      'compose.yaml',
      `services:
  job:
    ${image}
    command: 'true'
  server:
    ${image}
    # The first process of a container ignores SIGTERM unless it handles it.
    command: sh -c 'rm -f /over; echo begins; until [ -e /over ]; do sleep 0.1; done; echo ends by itself'
    post_start: [{ command: ['sh', '-c', 'printf "warm up"'] }]
    pre_stop: [{ command: ['sh', '-c', 'echo says goodbye; touch /over'] }]
    depends_on: [job]
`,
    );
    const { stdout } = await s.step('up', ['up', '--abort-on-container-exit'], exits(0));
    expect(stdout).toMatch(/^server-1 -> {2}\| warm up$/m);
    expect(stdout).toMatch(/^server-1 -> {2}\| says goodbye\nserver-1 {5}\| ends by itself$/m);
    await s.step('no hook without logs', ['up', '-d'], exits(0), printsNot('server-1 ->'));
    await s.step('stop', ['stop'], exits(0), prints('says goodbye'));
  },
);

scenario(
  'what keeps no log is shown by an attached up from its first line; logs says that it can not',
  async (s) => {
    s.file(
      'compose.yaml',
      `services:
  kept:
    ${image}
    command: echo is kept
  lost:
    ${image}
    command: sh -c 'echo first; echo second >&2; printf third; exit 3'
    logging: { driver: none }
`,
    );
    const up = await s.step('up', ['up'], exits(0));
    expect(up.stdout).toMatch(/^lost-1 {2}\| first$/m);
    expect(up.stderr).toMatch(/^lost-1 {2}\| second$/m);
    expect(up.stdout).toMatch(/^lost-1 {2}\| third$/m);
    expect(up.stdout).toContain('lost-1 exited with code 3');
    const logs = await s.step('logs', ['logs'], exits(0), prints('kept-1  | is kept'));
    expect(logs.stderr).toMatch(/^warning: the logs of lost-1 can't be read: /);
    expect(logs.stdout).not.toContain('first');
  },
);

scenario(
  'an attached up ends with the services that were named, or else with those that are shown',
  async (s) => {
    s.file(
      'compose.yaml',
      `services:
  job:
    ${image}
    command: echo done
    depends_on: [server]
  server:
    ${image}
    command: sh -c 'trap "exit 0" TERM; echo serves; while :; do sleep 0.1; done'
`,
    );
    const named = ['up', '--attach-dependencies', 'job'];
    await s.step('named', named, exits(0), prints('server-1  | serves'), prints('job-1 exited with code 0'));
    await s.step('shown', ['up', '--no-attach', 'server'], exits(0), printsNot('server-1  |'));
    await s.step('goes on', ['ps', '--services'], exits(0), prints('server'));
  },
);
