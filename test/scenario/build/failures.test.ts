import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { image } from '../../support/built-images.ts';
import { isRecord } from '../../support/json.ts';
import { exits, prints, printsNot } from '../checks.ts';
import { type Scenario, scenario } from '../scenario.ts';
import { withBuilders } from './builders.ts';

const compose = (more = '') => `services:\n  app:\n    build:\n      context: app\n${more}`;

withBuilders('a failed step shows its line and what it said last, and nothing is tagged', async ({ one }) => {
  one.file('app/Dockerfile', 'FROM busybox\nRUN true\n');
  one.file('compose.yaml', compose());
  await one.step('it works', ['build'], exits(0));
  const before = await image(one.host, `${one.project}-app`);
  one.file('app/Dockerfile', 'FROM busybox\nRUN true\nRUN echo one line && \\\n    echo another; exit 7\n');
  one.file('compose.yaml', compose(`      tags: ["${one.project}-half"]\n`));
  await one.step(
    'it fails',
    ['build'],
    exits(1),
    prints(/Dockerfile:3\n/),
    prints(/> 3 \| RUN echo one line/),
    prints(/> 4 \| {5}echo another; exit 7/),
    prints(/last output of the step:\n {4}one line\n {4}another\n/),
  );
  expect((await image(one.host, `${one.project}-app`))?.id).toBe(before?.id);
  expect(await image(one.host, `${one.project}-half`)).toBeUndefined();
});

scenario('what is missing is named, with what to do', async (one) => {
  const file = (build: string) => one.file('compose.yaml', `services: {app: {build: ${build}}}\n`);
  file('nowhere');
  await one.step('no folder', ['build'], exits(1), prints(/there is no folder .*nowhere/), prints('hint:'));
  file('app');
  one.file('app/a', 'a');
  await one.step(
    'no Dockerfile',
    ['build'],
    exits(1),
    prints(/failed to read dockerfile: open .*Dockerfile/),
  );
  file('{context: app, dockerfile: Other}');
  await one.step('not this one', ['build'], exits(1), prints(/open .*app\/Other: no such file/));
  file('/');
  await one.step('the root', ['build'], exits(1), prints('would send the whole file system'));
  file('app/a');
  await one.step('a file as folder', ['build'], exits(1), prints('there is no folder'));
  file('{context: app, dockerfile_inline: "FROM busybox\\nRUNN x"}');
  await one.step('no instruction', ['build'], exits(1), prints(/runn/i), prints(/> 2 \| RUNN x/));
  file('{context: app, dockerfile_inline: "FROM scratch\\nCOPY b /"}');
  await one.step('no file', ['build'], exits(1), prints(/> 2 \| COPY b \//));
  file('{context: app, target: none, dockerfile_inline: "FROM scratch AS some"}');
  await one.step('no stage', ['build'], exits(1), prints(/none/));
});

withBuilders('one build fails, the others go on', async ({ one }) => {
  one.file(
    'compose.yaml',
    'services:\n  bad: {build: {dockerfile_inline: "FROM busybox\\nRUN exit 3"}}\n  good: {build: {dockerfile_inline: "FROM busybox\\nRUN echo fine"}}\n',
  );
  await one.step('both', ['build'], exits(1), prints('Dockerfile'.toLowerCase()));
  expect(await image(one.host, `${one.project}-good`)).toBeDefined();
  expect(await image(one.host, `${one.project}-bad`)).toBeUndefined();
});

/** Begins a build whose step never ends, and interrupts it once. */
async function interrupted(one: Scenario, command: readonly string[]): Promise<void> {
  // Told from the steps of other tests by a number that no other has.
  const seconds = `1${process.pid}${Date.now() % 1000}`;
  const dockerfile = `FROM busybox\nRUN echo be''gun; sleep ${seconds}`;
  one.file('compose.yaml', `services: {app: {build: {dockerfile_inline: ${JSON.stringify(dockerfile)}}}}\n`);
  const ended = await one.tscompose(command, {
    started: (child) => {
      let seen = '';
      child.stdout?.on('data', (text: string) => {
        seen += text;
        if (!/^(?:app #\d+ )?begun/m.test(seen)) return;
        seen = '';
        child.kill('SIGINT');
      });
    },
  });
  expect(ended.code, ended.stderr).toBe(130);
  expect(await image(one.host, `${one.project}-app`)).toBeUndefined();
  // Podman lets a step that has begun run to its end.
  if (one.host.includes('podman')) for (const pid of processes(seconds)) process.kill(Number(pid), 'SIGKILL');
  for (let tries = 0; processes(seconds).length > 0 && tries < 100; tries++) await sleep(100);
  expect(processes(seconds), 'what runs on in the engine').toEqual([]);
}

/** Processes that sleep for so long, whoever's they are. */
function processes(seconds: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`sleep\0${seconds}`)
      );
    } catch {
      return false;
    }
  });
}

withBuilders('an interrupt ends the build in the engine too, and nothing is tagged', ({ one }) =>
  interrupted(one, ['build']),
);
scenario('an interrupt ends what an up builds', (one) => interrupted(one, ['up', '-d']));

withBuilders(
  'progress as lines of JSON tells each step',
  async ({ one }) => {
    one.file(
      'compose.yaml',
      'services: {app: {build: {dockerfile_inline: "FROM busybox\\nRUN echo some words"}}}\n',
    );
    const ended = await one.step('it is built', ['--progress', 'json', 'build'], exits(0));
    const lines = ended.stderr
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    const parent = `Image ${one.project}-app`;
    const steps = lines.filter(isRecord).filter((line) => line['parent_id'] === parent);
    const run = steps.filter((line) => String(line['id']).includes('RUN echo some words'));
    expect(run.map((line) => line['text'])).toEqual(['Running', 'Done']);
    expect(run[1]?.['milliseconds']).toBeTypeOf('number');
    const last = lines
      .filter(isRecord)
      .filter((line) => line['id'] === parent)
      .at(-1);
    expect(last).toMatchObject({ text: 'Built', details: '2 steps, 1 cached' });
  },
  ['BuildKit'],
);

withBuilders(
  'what an old BuildKit does not know is explained',
  async ({ one, modern }) => {
    one.file('app/Dockerfile', 'FROM busybox\nRUN <<EOF\necho x\nEOF\n');
    one.file('compose.yaml', compose());
    if (modern) await one.step('here-document', ['build'], exits(0));
    else await one.step('here-document', ['build'], exits(1), prints('knows no here-documents'));
    one.file('app/Dockerfile', '# syntax=localhost:1/front/end:1\nFROM busybox\n');
    await one.step('front end', ['build'], exits(1), prints('asks for localhost:1/front/end:1'));
  },
  ['BuildKit'],
);

withBuilders('quiet says nothing', async ({ one }) => {
  one.file(
    'compose.yaml',
    'services: {app: {build: {dockerfile_inline: "FROM busybox\\nRUN echo some words"}}}\n',
  );
  await one.step('it is built', ['build', '-q'], exits(0), printsNot('words'), printsNot('Built'));
  await one.step(
    'no such builder',
    ['build', '--builder', 'other'],
    exits(1),
    prints('no builder "other" found'),
  );
  await one.step('no such size', ['build', '-m', 'much'], exits(1), prints('invalid argument "much"'));
  await one.step('nothing to build', ['build', 'nope'], exits(1), prints('no such service: nope'));
});
