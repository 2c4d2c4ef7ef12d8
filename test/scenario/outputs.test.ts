import { expect } from 'vitest';
import { engineCall, projectState } from '../support/engines.ts';
import { exits, prints } from './checks.ts';
import { type Check, type Scenario, scenario } from './scenario.ts';

const sleeper = 'image: tscompose-base/busybox\n    command: sleep 600\n    stop_signal: SIGKILL';
const file = `services:
  web:
    ${sleeper}
    ports: ['127.0.0.1::80']
    volumes: ['data:/data']
    labels: { my: label }
  done:
    image: tscompose-base/busybox
    command: sh -c 'exit 7'
volumes:
  data:
`;

/** Standard output alone. */
const says =
  (expected: string | RegExp): Check =>
  ({ ended }) => {
    if (typeof expected === 'string') expect(ended.stdout).toBe(expected);
    else expect(ended.stdout).toMatch(expected);
  };

const keysOf = (line: string): string[] => Object.keys(JSON.parse(line));

/** Fields of the JSON forms in the order that docker compose has them. */
const fields = {
  ps: 'Command CreatedAt Engine ExitCode Health ID Image Labels LocalVolumes Mounts Name Names Networks Ports Project Publishers RunningFor Service Size State Status',
  ls: 'Name Status ConfigFiles',
  images: 'ID ContainerName Repository Tag Platform Size Created LastTagTime',
  volumes: 'Availability Driver Group Labels Links Mountpoint Name Scope Size Status',
  stats: 'BlockIO CPUPerc Container ID MemPerc MemUsage Name NetIO PIDs',
};

async function started(s: Scenario): Promise<void> {
  s.file('compose.yaml', file);
  await s.step('up', ['up', '-d'], exits(0));
  await s.step('the job ends', ['wait', 'done'], ({ ended }) => expect([1, 7]).toContain(ended.code));
}

scenario('listings have the columns, fields and order of docker compose', async (s) => {
  await started(s);
  const { project } = s;
  const header = /^NAME +IMAGE +COMMAND +SERVICE +CREATED +STATUS +PORTS\n/;
  const ps = await s.step('ps', ['ps'], exits(0), says(header));
  expect(ps.stdout.split('\n')).toHaveLength(3);
  expect(ps.stdout).toMatch(
    new RegExp(
      `\\n${project}-web-1 +\\S*busybox\\S* +"sleep 600" +web +.* ago +Up .*127\\.0\\.0\\.1:\\d+->80/tcp\\n$`,
    ),
  );
  await s.step('ps -a', ['ps', '-a'], exits(0), says(/"sh -c '?exit 7'?" +done +.*Exited \(7\)/));
  const json = await s.step('ps --format json', ['ps', '--format', 'json'], exits(0));
  expect(keysOf(json.stdout).join(' ')).toBe(fields.ps);
  const row = JSON.parse(json.stdout);
  expect(row).toMatchObject({
    Command: '"sleep 600"',
    Engine: '',
    ExitCode: 0,
    Health: '',
    Name: `${project}-web-1`,
  });
  expect(row).toMatchObject({
    Project: project,
    Service: 'web',
    State: 'running',
    Size: '0B',
    LocalVolumes: '1',
  });
  expect(row.CreatedAt).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC$/);
  expect(row.ID).toMatch(/^[\da-f]{12}$/);
  expect(row.Publishers).toEqual([
    { URL: '127.0.0.1', TargetPort: 80, PublishedPort: expect.any(Number), Protocol: 'tcp' },
  ]);
  const port = row.Publishers[0].PublishedPort;
  await s.step(
    'a template',
    ['ps', '--format', '{{range .Publishers}}{{.PublishedPort}}{{end}} {{upper .State}}'],
    says(`${port} RUNNING\n`),
  );
  await s.step(
    'a table',
    ['ps', '--format', 'table {{.Service}}\t{{.State}}'],
    says('SERVICE   STATE\nweb       running\n'),
  );
  await s.step('a label', ['ps', '--format', '{{.Label "my"}}'], says('label\n'));
  await s.step('ids', ['ps', '-aq'], says(/^([\da-f]{64}\n){2}$/));
  await s.step('services', ['ps', '--services', '-a'], says('done\nweb\n'));
  await s.step('states', ['ps', '--status', 'exited', '--format', '{{.Service}}'], says('done\n'));
  await s.step('an unknown state', ['ps', '--status', 'nope'], exits(0), says(/^NAME .*PORTS\n$/));
  await s.step('port', ['port', 'web', '80'], exits(0), says(`127.0.0.1:${port}\n`));
  await s.step(
    'ls',
    ['ls', '-a', '--filter', `name=${project}`],
    says(
      new RegExp(
        `^NAME {16}STATUS +CONFIG FILES\n${project} .*exited\\(1\\), running\\(1\\) +\\S+/compose.yaml\n$`,
      ),
    ),
  );
  const ls = await s.step('ls as JSON', ['ls', '--format', 'json', '--filter', `name=${project}`], exits(0));
  expect(JSON.parse(ls.stdout)).toEqual([
    { Name: project, Status: 'running(1)', ConfigFiles: expect.stringMatching(/\/compose\.yaml$/) },
  ]);
  expect(ls.stdout).toMatch(/^\[.*\]\n$/);
  const images = await s.step('images', ['images', '--format', 'json'], exits(0), says(/^\[.*\]\n\n$/));
  expect(Object.keys(JSON.parse(images.stdout)[0]).join(' ')).toBe(fields.images);
  await s.step(
    'images as a table',
    ['images'],
    says(/^CONTAINER {11}.*REPOSITORY.*TAG.*PLATFORM.*IMAGE ID.*SIZE.*CREATED\n/),
  );
  await s.step('ids of images, each once', ['images', '-q'], says(/^[\da-f]{64}\n$/));
  const volumes = await s.step('volumes', ['volumes', '--format', 'json'], exits(0));
  expect(keysOf(volumes.stdout).join(' ')).toBe(fields.volumes);
  await s.step('volumes as a table', ['volumes'], says(`DRIVER    VOLUME NAME\nlocal     ${project}_data\n`));
  const stats = await s.step('stats', ['stats', '--no-stream', '--format', 'json'], exits(0));
  expect(keysOf(stats.stdout).join(' ')).toBe(fields.stats);
  expect(JSON.parse(stats.stdout)).toMatchObject({ Name: `${project}-web-1`, PIDs: '1' });
  await s.step(
    'stats as a table',
    ['stats', '--no-stream'],
    says(/^CONTAINER ID +NAME +CPU % +MEM USAGE \/ LIMIT +MEM % +NET I\/O +BLOCK I\/O +PIDS\n/),
  );
  await s.step('top', ['top'], exits(0), says(/^SERVICE +# +.*\nweb +1 +.*sleep 600\n$/));
  const hash = await s.step(
    'hashes',
    ['config', '--hash', '*'],
    exits(0),
    says(/^done [\da-f]{64}\nweb [\da-f]{64}\n$/),
  );
  const { containers } = await projectState(s.host, s.project);
  const labels = containers.map(
    ({ labels: all }) => `${all['com.docker.compose.service']} ${all['com.docker.compose.config-hash']}\n`,
  );
  expect(hash.stdout).toBe(labels.sort().join(''));
});

scenario(
  'commands end with the codes of docker compose',
  async (s) => {
    await started(s);
    const gone = ['-p', `${s.project}gone`];
    const cases: readonly (readonly [readonly string[], number, string | RegExp])[] = [
      [['ps', 'nope'], 1, 'no such service: nope'],
      [['ps', '--filter', 'x=y'], 1, 'unknown filter name'],
      [['exec', '-T', 'nope', 'true'], 1, 'service "nope" is not running'],
      [['exec', '-T', '--index', '3', 'web', 'true'], 1, 'service "web" is not running container #3'],
      [['exec', '-T', 'web', 'sh', '-c', 'exit 9'], 9, ''],
      [['exec', '-T', 'web', 'no-such-program'], 126, 'no-such-program'],
      [['port', 'web', '81'], 1, `no port 81/tcp for container ${s.project}-web-1: 80/tcp`],
      [['port', 'nope', '80'], 1, 'service "nope" is not running'],
      [['cp', 'nope:/a', '.'], 1, 'no container found for service "nope"'],
      [['cp', 'a', 'b'], 1, 'unknown copy direction'],
      [['events', 'nope'], 1, 'no such service: nope'],
      [['top', 'nope'], 0, ''],
      [['images', 'nope'], 0, 'CONTAINER'],
      [['wait', 'done'], 1, 'no containers for project'],
      [['kill', 'done'], 0, 'No container to kill'],
      [['events', '--until', '0s'], 0, new RegExp(`container start .*name=${s.project}-web-1`)],
      [['rm', '-f', 'web'], 0, 'No stopped containers'],
      [['rm'], 0, `Going to remove ${s.project}-done-1`],
      [['pause', 'web'], 0, 'Paused'],
      [['pause', 'web'], 1, 'already paused'],
      [['unpause', 'web'], 0, 'Unpaused'],
      [['unpause', 'web'], 1, 'not paused'],
      [['scale', 'web=x'], 1, 'invalid scale specifier'],
      [['down', '--rmi', 'bogus'], 1, 'invalid value for --rmi: "bogus"'],
      [['up', '-d', '--abort-on-container-exit'], 1, '--detach'],
      [['-f', '/nope.yaml', 'config'], 1, '/nope.yaml'],
      [['--env-file', '/nope.env', 'config'], 1, '/nope.env'],
      [['-p', 'Bad.Name', 'ps'], 1, 'invalid project name "Bad.Name"'],
      [['--parallel', 'x', 'ps'], 1, '--parallel'],
      [['donw'], 1, 'unknown docker command: "compose donw"'],
      [['ps', '--nope'], 1, 'unknown flag: --nope'],
      [[...gone, 'stop'], 0, ''],
      [[...gone, 'start'], 1, 'no container found for project'],
      [[...gone, 'kill'], 0, 'No container to kill'],
      [[...gone, 'down'], 0, 'No resource found to remove'],
      [[...gone, 'ps'], 0, 'NAME'],
    ];
    for (const [args, code, text] of cases) await s.step(args.join(' '), args, exits(code), prints(text));
  },
  { engines: ['docker'] },
);

scenario('files go in and out, and a container becomes an image or a tar', async (s) => {
  s.file('compose.yaml', `services:\n  web:\n    ${sleeper}\n    scale: 2\n`);
  s.file('site/a.txt', 'one');
  s.file('site/sub/b.txt', 'two');
  await s.step('up', ['up', '-d'], exits(0));
  await s.step(
    'a folder goes to all',
    ['cp', 'site', 'web:/tmp'],
    exits(0),
    prints(`${s.project}-web-2 Copied site to`),
  );
  await s.step(
    'it is in both',
    ['exec', '-T', '--index', '2', 'web', 'cat', '/tmp/site/sub/b.txt'],
    says('two'),
  );
  await s.step('what it holds', ['cp', '--index', '1', 'site/.', 'web:/new'], exits(0));
  await s.step('is in the first', ['exec', '-T', 'web', 'cat', '/new/a.txt'], says('one'));
  await s.step('and not in the second', ['exec', '-T', '--index', '2', 'web', 'ls', '/new'], exits(1));
  await s.step('back under another name', ['cp', 'web:/tmp/site', 'back'], exits(0));
  s.file('mine.yaml', '');
  await s.step('the copy is the same', ['cp', 'back/sub/b.txt', 'web:/tmp/again'], exits(0));
  await s.step('as before', ['exec', '-T', 'web', 'cat', '/tmp/again'], says('two'));
  await s.step('a tar', ['cp', 'web:/tmp/site', '-'], exits(0), says(/site\/sub\/b\.txt/));
  await s.step('into nothing', ['cp', 'site', 'web:/no/such/place'], exits(1));
  const image = `${s.project}-made:1`;
  await s.step(
    'commit',
    ['commit', '-m', 'made', '-c', 'ENV MADE=1', 'web', image],
    exits(0),
    prints('Committed as sha256:'),
  );
  const made = await engineCall(s.host, 'GET', `/images/${image}/json`);
  await engineCall(s.host, 'DELETE', `/images/${image}?force=1`);
  expect(JSON.stringify(made.body)).toContain('MADE=1');
  await s.step('export', ['export', '-o', 'web.tar', 'web'], exits(0), prints('Exported'));
  await s.step('which holds the files', ['cp', 'web.tar', 'web:/tmp/web.tar'], exits(0));
  await s.step(
    'all of them',
    ['exec', '-T', 'web', 'sh', '-c', 'tar tf /tmp/web.tar | grep -c site/a.txt'],
    says('1\n'),
  );
});
