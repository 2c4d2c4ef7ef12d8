import { expect, test } from 'vitest';
import { folderWith } from '../support/folder.ts';
import { printed } from '../support/printed.ts';

async function codesOf(file: string, more: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const folder = folderWith({ 'compose.yaml': file, ...more });
  const { stdout } = await printed(folder, ['lint', '--offline', '--format', 'json']);
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string }[] };
  return diagnostics.map(({ code }) => code);
}

const service = (text: string): string => `services:\n  web:\n    image: nginx\n${text}`;

/** The gallery shows what is found; this is what is not. */
test.each([
  ['ports of different protocols', '    ports: ["53:53", "53:53/udp"]\n'],
  ['ports at different addresses', '    ports: ["127.0.0.1:80:80", "127.0.0.2:80:81"]\n'],
  ['a range that leaves the choice', '    ports: ["8000-8010:80"]\n    scale: 3\n'],
  ['ports without a number of the host', '    ports: ["80", "81"]\n    scale: 2\n'],
  ['a mount of what is there', '    volumes: ["./there:/x", "/:/host:ro"]\n'],
  [
    'a quoted character of the shell',
    `    command: sh -c "a | b; c && d > e"\n    entrypoint: 'echo "x;"'\n`,
  ],
  ['a list with a character of the shell', '    command: [sh, -c, "a | b"]\n'],
  ['a semicolon at the end', '    command: sleep 5 ;\n'],
  [
    'a start_interval with a start_period',
    '    healthcheck: {test: "true", start_period: 5s, start_interval: 1s}\n',
  ],
  ['a quoted port', '    ports: ["2222:22"]\n'],
  ['a port that no YAML takes for a number', '    ports:\n      - 8080:80\n'],
  ['a volume of two letters', '    volumes: ["da:/data"]\nvolumes:\n  da:\n'],
  ['a mount of Windows', '    volumes: ["c:/conf:/etc/conf"]\n'],
  ['a variable that may be empty', '    environment: {A: "${NOWHERE:-}", B: "$$C"}\n'],
  [
    'an optional dependency',
    '    depends_on: {db: {condition: service_started, required: false}}\n  db:\n    image: db\n    profiles: [a]\n',
  ],
  [
    'services that never run together',
    '    profiles: [a]\n    ports: ["1:1"]\n  db:\n    image: db\n    profiles: [b]\n    ports: ["1:1"]\n',
  ],
  ['what a build uses', '    build: {context: ., secrets: [key]}\nsecrets:\n  key:\n    environment: HOME\n'],
  [
    'what a service of a profile uses',
    '  db:\n    image: db\n    profiles: [a]\n    volumes: ["data:/data"]\nvolumes:\n  data:\n',
  ],
])('%s is no problem', async (_, text) => {
  expect(await codesOf(service(text), { 'there/x': '' })).toEqual([]);
});

test('ports that replace those of an earlier file are no problem', async () => {
  const later = 'services:\n  web:\n    ports: !override ["8080:80"]\n';
  expect(await codesOf(service('    ports: ["80:80"]\n'), { 'compose.override.yaml': later })).toEqual([]);
});

test('the exit code tells errors; with --strict, warnings too', async () => {
  const folder = folderWith({ 'compose.yaml': service('volumes:\n  data:\n') });
  expect((await printed(folder, ['lint', '--offline'])).exit).toBe(0);
  const strict = await printed(folder, ['lint', '--offline', '--strict', '--format', 'github']);
  expect(strict).toMatchObject({ exit: 1, stderr: '' });
  expect(strict.stdout).toMatch(/^::error file=compose\.yaml,line=5,col=3,/);
});

test('commands that load the files print their warnings to stderr only', async () => {
  const folder = folderWith({ 'compose.yaml': `version: "3"\n${service('    hostname: $NOWHERE\n')}` });
  const { stdout, stderr, exit } = await printed(folder, ['config', '--format', 'json']);
  expect(exit).toBe(0);
  expect(JSON.parse(stdout)).toHaveProperty('services.web');
  expect(stderr.match(/TSC\d+/g)).toEqual(['TSC201', 'TSC202']);
});

test('an engine that is asked for by name and does not answer is an error', async () => {
  const folder = folderWith({ 'compose.yaml': service('') });
  const { stderr, exit } = await printed(folder, ['-H', `unix://${folder}/none.sock`, 'lint']);
  expect(exit).toBe(1);
  expect(stderr).toContain('none.sock');
});
