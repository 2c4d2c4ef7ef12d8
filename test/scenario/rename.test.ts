import { expect } from 'vitest';
import { engineCall, projectState, revisionVolumes } from '../support/engines.ts';
import { TestTerminal } from '../support/terminal.ts';
import { exits, nothingLeft, prints, printsNot, service, volumes } from './checks.ts';
import { Scenario, scenario } from './scenario.ts';

const file = (more = '') => `services:
  db:
    image: tscompose-base/busybox
    command: sleep 600
    stop_signal: SIGKILL
    restart: always
    volumes: ['data:/data', '/nameless']
${more}volumes:
  data:
`;

/** The same folder, with another name of the project. */
function under(s: Scenario, suffix: string): Scenario {
  const other = new Scenario(s.host, `${s.project}${suffix}`);
  Object.assign(other, { folder: s.folder });
  return other;
}

const write = ['exec', '-T', 'db', 'sh', '-c', 'echo 42 > /data/x; chown 7:8 /data/x; echo 43 > /nameless/y'];
const read = ['exec', '-T', 'db', 'sh', '-c', 'cat /data/x /nameless/y; stat -c %u:%g /data/x'];

scenario(
  'a project gets another name, with its data and its history, and nothing of the old one stays',
  async (s) => {
    const after = under(s, 'b');
    s.file('compose.yaml', file());
    try {
      await s.step('up', ['up', '-d'], exits(0));
      await s.step('write', write, exits(0));
      s.file('compose.yaml', file('    environment: { A: "1" }\n'));
      await s.step('another revision', ['up', '-d'], exits(0));
      await s.step('plan', ['plan', 'rename', s.project, after.project], exits(2), service('db', 'running'));
      const renamed = await s.step(
        'rename',
        ['rename', s.project, after.project],
        exits(0),
        service('db', 'exited'),
      );
      const id = /--finish ([0-9a-f]+)/.exec(renamed.stderr)?.[1] ?? '';
      await after.step('data', read, exits(0), prints('42\n43\n7:8\n'), service('db', 'running'));
      await after.step('nothing to do', ['plan'], exits(0));
      await after.step('history', ['history', '-q'], exits(0), prints('1\n2\n'), printsNot('3'));
      await after.step('write', ['exec', '-T', 'db', 'sh', '-c', 'echo new > /data/x'], exits(0));
      await s.step('status', ['migrate', 'status', id], prints(`renamed to ${after.project}`));
      await s.step('again', ['rename', s.project, after.project], exits(0), prints('already'));
      await s.step('finish', ['migrate', '--finish', id], exits(0), nothingLeft());
      expect(await revisionVolumes(s.host, s.project)).toEqual([]);
      await after.step('its data stays', read, exits(0), prints('new\n43\n'));
      await after.step('back', ['rollback', '1'], exits(0), service('db', 'running'));
      await after.step('with its data', read, exits(0), prints('new\n43\n'));
    } finally {
      await after.close();
    }
  },
);

scenario(
  'whenever a rename is killed, the same command again completes it',
  async (s) => {
    for (const [n, when] of [/Verifying/, /db-1 Starting/].entries()) {
      const [old, fresh] = [under(s, `k${n}`), under(s, `k${n}b`)];
      old.file('compose.yaml', file());
      try {
        await old.step('up', ['up', '-d'], exits(0));
        await old.step('write', write, exits(0));
        const words = ['rename', old.project, fresh.project];
        const cut = await old.tscompose(words, {
          started: (child) => {
            child.stderr?.on('data', (text) => when.test(String(text)) && child.kill('SIGKILL'));
          },
        });
        expect(cut.code, `${when}`).toBe(-1);
        await old.step('what there is', ['migrate', 'ls'], exits(0), prints(old.project));
        await old.step('again', words, exits(0), prints('was interrupted'), service('db', 'exited'));
        await fresh.step('data', read, exits(0), prints('42\n43\n7:8\n'), service('db', 'running'));
        await fresh.step('nothing to do', ['plan'], exits(0));
      } finally {
        await fresh.close();
        await old.close();
      }
    }
  },
  { engines: ['docker'] },
);

scenario('what does not work under its new name goes on under the old one', async (s) => {
  const after = under(s, 'b');
  // Healthy where it has been started before, and where there is no data yet: not under a new name.
  const command = 'test -f /own || test -f /nameless/y || touch /own; exec sleep 600';
  const check = `    healthcheck: { test: test -f /own, interval: 500ms, retries: 1 }\n`;
  s.file('compose.yaml', file(check).replace('sleep 600', `sh -c '${command}'`));
  try {
    await s.step('up', ['up', '-d'], exits(0));
    await s.step('write', write, exits(0));
    await s.step('rename', ['rename', s.project, after.project], exits(4), service('db', 'running'));
    await after.step('nothing is left', ['ps', '-a'], exits(0), nothingLeft());
    await s.step('data', read, exits(0), prints('42\n43\n7:8\n'));
    const { containers } = await projectState(s.host, s.project);
    const { body } = await engineCall(s.host, 'GET', `/containers/${containers[0]?.id}/json`);
    expect(body).toMatchObject({ HostConfig: { RestartPolicy: { Name: 'always' } } });
  } finally {
    await after.close();
  }
});

scenario(
  'a name that was changed in the file is noticed, asked about, and its data taken along',
  async (s) => {
    const after = under(s, 'b');
    for (const one of [s, after]) one.environment['COMPOSE_PROJECT_NAME'] = '';
    const named = (name: string) => s.file('compose.yaml', `name: ${name}\n${file()}`);
    try {
      named(s.project);
      await s.step('up', ['up', '-d'], exits(0));
      await s.step('write', write, exits(0));
      named(after.project);
      const told = `rename ${s.project} ${after.project}`;
      await after.step('plan', ['plan'], exits(2), prints(`${s.project}_data`), prints(told));
      const terminal = new TestTerminal(['up', '-d'], {
        ...{ program: s.program, cwd: s.folder, env: { DOCKER_HOST: s.host, NO_COLOR: '1' } },
      });
      await terminal.shows('[y/N]');
      terminal.type('\r');
      expect(await terminal.ended, terminal.text).toBe(3);
      await after.step('nothing was made', ['ps', '-a'], nothingLeft());
      await s.step('the old one goes', ['-p', s.project, 'down'], exits(0), nothingLeft('data'));
      await after.step('nobody to ask', ['up', '-d'], exits(0), prints(told), volumes('data'));
      await after.step(
        'not over what is there',
        ['rename', s.project, after.project],
        exits(3),
        volumes('data'),
      );
      await after.step('away with the empty one', ['down', '-v'], exits(0), nothingLeft());
      await after.step('rename', ['rename', s.project, after.project], exits(0), volumes('data'));
      await after.step('up', ['up', '-d'], exits(0), printsNot(told));
      await after.step('data', ['exec', '-T', 'db', 'cat', '/data/x'], exits(0), prints('42'));
    } finally {
      await after.close();
    }
  },
  { engines: ['docker'] },
);
