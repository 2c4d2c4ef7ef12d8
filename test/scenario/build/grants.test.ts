import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { history, imageFiles, savedImage } from '../../support/built-images.ts';
import { PrivateEngine } from '../../support/private-engine.ts';
import { exits, prints, printsNot } from '../checks.ts';
import { scenario } from '../scenario.ts';
import { withBuilders } from './builders.ts';

const secretsFile = `services:
  app:
    build:
      context: .
      secrets: [token, {source: file, target: renamed}]
secrets:
  token: {environment: TOKEN}
  file: {file: ./secret.txt}
`;

withBuilders(
  'secrets are seen by the step that asks for them, and are in neither image nor history',
  async ({ one, out }) => {
    one.environment['TOKEN'] = 'very-secret-token';
    one.file('secret.txt', 'very-secret-file');
    one.file('.dockerignore', 'secret.txt\n');
    one.file('compose.yaml', secretsFile);
    const mounts = '--mount=type=secret,id=token --mount=type=secret,id=renamed';
    one.file(
      'Dockerfile',
      `FROM busybox\nRUN ${mounts} mkdir /out; cat /run/secrets/token /run/secrets/renamed | md5sum > /out/sum\nCOPY . /out/all/\n`,
    );
    await one.step('it is built', ['build'], exits(0), printsNot('very-secret'));
    const sum = execFileSync('md5sum', { input: 'very-secret-tokenvery-secret-file' }).toString();
    expect((await out('sum')).slice(0, 32)).toBe(sum.slice(0, 32));
    const name = `${one.project}-app`;
    expect((await savedImage(one.host, name)).includes('very-secret')).toBe(false);
    expect(await history(one.host, name)).not.toContain('very-secret');
  },
  ['BuildKit'],
);

withBuilders(
  'a secret that is missing stops the build before it begins',
  async ({ one }) => {
    one.file('compose.yaml', secretsFile);
    one.file('Dockerfile', 'FROM busybox\n');
    const nothing = [exits(1), printsNot('load build definition')];
    await one.step('no variable', ['build'], ...nothing, prints('the variable TOKEN is not set'));
    one.environment['TOKEN'] = 'x';
    await one.step(
      'no file',
      ['build'],
      ...nothing,
      prints(/^compose\.yaml:5:7: .*there is no file .*secret\.txt/m),
    );
  },
  ['BuildKit'],
);

withBuilders(
  'secrets, agents and keys are refused by the classic builder',
  async ({ one }) => {
    one.environment['TOKEN'] = 'x';
    one.file('secret.txt', 'x');
    one.file('compose.yaml', secretsFile);
    one.file('Dockerfile', 'FROM busybox\n');
    await one.step(
      'secrets',
      ['build'],
      exits(1),
      prints(/^compose\.yaml:5:7: .*the classic builder doesn't support secrets/m),
    );
    one.file('compose.yaml', 'services:\n  app: {build: {context: ., ssh: [default]}}\n');
    await one.step('ssh', ['build'], exits(1), prints("the classic builder doesn't support SSH keys"));
  },
  ['classic'],
);

withBuilders(
  'a step talks to the agent of this machine, and the key stays here',
  async ({ one, out }) => {
    const socket = join(one.folder, 'agent');
    const asked: Buffer[] = [];
    // A client for sockets that there is in an image here speaks another protocol: bytes are bytes.
    const agent = await listen(socket, (data) => {
      asked.push(data);
      return Buffer.from('+from the agent\r\n');
    });
    try {
      one.environment['SSH_AUTH_SOCK'] = socket;
      one.file(
        'Dockerfile',
        'FROM tscompose-base/redis\nRUN --mount=type=ssh mkdir /out; redis-cli -s $SSH_AUTH_SOCK PING > /out/answer\n',
      );
      one.file('compose.yaml', 'services:\n  app: {build: {context: ., ssh: [default]}}\n');
      await one.step('it is built', ['build'], exits(0));
      expect(Buffer.concat(asked).toString()).toContain('PING');
      expect(await out('answer')).toContain('from the agent');
    } finally {
      agent.close();
    }
  },
  ['BuildKit'],
);

withBuilders(
  'a key file becomes an agent',
  async ({ one, out }) => {
    execFileSync('ssh-keygen', [
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      'test',
      '-f',
      join(one.folder, 'key'),
    ]);
    one.file('.dockerignore', 'key*\n');
    one.file(
      'Dockerfile',
      'FROM busybox\nRUN --mount=type=ssh,id=mine mkdir /out; test -S $SSH_AUTH_SOCK && echo yes > /out/agent\n',
    );
    one.file('compose.yaml', 'services:\n  app: {build: {context: .}}\n');
    await one.step('from the command line', ['build', '--ssh', 'mine=key'], exits(0));
    expect(await out('agent')).toBe('yes\n');
    const saved = await savedImage(one.host, `${one.project}-app`);
    expect(saved.includes('OPENSSH PRIVATE KEY')).toBe(false);
    await one.step('no such key', ['build', '--ssh', 'mine=none'], exits(1), prints('there is no file none'));
    await one.step(
      'no agent',
      ['build', '--ssh', 'default'],
      exits(1),
      prints('make sure SSH_AUTH_SOCK is set'),
    );
    await one.step('no path', ['build', '--ssh', 'mine'], exits(1), prints('invalid ssh key "mine"'));
  },
  existsSync('/usr/bin/ssh-keygen') ? ['BuildKit'] : [],
);

scenario(
  'on Podman secrets are refused, not left out',
  async (one) => {
    one.environment['TOKEN'] = 'x';
    one.file('secret.txt', 'x');
    one.file('compose.yaml', secretsFile);
    one.file('Dockerfile', 'FROM busybox\n');
    await one.step('it is refused', ['build'], exits(1), prints("Podman's builder doesn't support secrets"));
  },
  { engines: ['podman'] },
);

withBuilders(
  'steps have the privileges that the file asks for, if the engine allows it',
  async ({ one, modern }) => {
    const config = { builder: { Entitlements: { 'security-insecure': true } } };
    const engine = await PrivateEngine.open(one.host, 'tscompose-base/busybox', { config });
    try {
      one.environment['DOCKER_HOST'] = engine.host;
      const step = 'RUN --security=insecure mkdir /out && grep CapEff /proc/self/status > /out/caps';
      one.file('Dockerfile', `FROM tscompose-base/busybox\n${step}\n`);
      const compose = (more: string) =>
        one.file('compose.yaml', `services:\n  app:\n    build: {context: ., network: none, ${more}}\n`);
      compose('privileged: true');
      if (!modern) {
        // It is granted, but the front end of that age has no word for it.
        await one.step('no such flag', ['build'], exits(1), prints('Unknown flag'), prints('newer engine'));
        return;
      }
      await one.step('privileged', ['build'], exits(0));
      const { 'out/caps': caps } = await imageFiles(engine.host, `${one.project}-app`, '/out');
      expect(BigInt(`0x${caps?.split(':')[1]?.trim()}`) & (1n << 21n), 'CAP_SYS_ADMIN').not.toBe(0n);
    } finally {
      await engine.close();
    }
  },
  process.getuid?.() === 0 ? ['BuildKit'] : [],
);

function listen(path: string, answer: (data: Buffer) => Buffer): Promise<Server> {
  return new Promise((done, fail) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => socket.end(answer(data)));
    });
    server.once('error', fail);
    server.listen(path, () => done(server));
  });
}
