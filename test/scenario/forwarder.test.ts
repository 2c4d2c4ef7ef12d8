import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { engineCall, projectState } from '../support/engines.ts';
import { exits, prints, printsNot } from './checks.ts';
import { type Scenario, scenario } from './scenario.ts';
import { answers, ask, startFirst, web, whileAsking } from './web.ts';

/** This build with another version of the helper, which does the same. */
function otherBuild(s: Scenario): string {
  const root = resolve(dirname(s.program), '..');
  const copy = join(s.folder, 'build');
  for (const part of ['bin', 'dist', 'package.json']) {
    cpSync(join(root, part), join(copy, part), { recursive: true, dereference: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const arch of ['amd64', 'arm64']) {
    const path = join(copy, 'dist/helper', `${arch}.gz`);
    // What stands behind a program is not read.
    writeFileSync(path, gzipSync(Buffer.concat([gunzipSync(readFileSync(path)), Buffer.from('other')])));
  }
  return join(copy, 'bin/tscompose');
}

async function restartForwarder(s: Scenario): Promise<void> {
  const { containers } = await projectState(s.host, s.project);
  const { id } = containers.find(({ name }) => name.endsWith('-web-forwarder'))!;
  expect((await engineCall(s.host, 'POST', `/containers/${id}/restart?t=0`)).status).toBe(204);
}

scenario(
  'a forwarder of another version is renewed at the next update, and no request fails',
  async (s) => {
    const { program } = s;
    s.program = otherBuild(s);
    web(s, '1', { update: startFirst });
    await s.step('up', ['up', '-d'], exits(0), answers('1'));
    s.program = program;
    const renewed = 'goes on with the program of this version';
    const update = await whileAsking(s, async () => {
      web(s, '2', { update: startFirst });
      await s.step('update', ['up', '-d'], exits(0), prints(renewed), answers('2'));
      web(s, '3', { update: startFirst });
      await s.step('once', ['up', '-d'], exits(0), printsNot(renewed), answers('3'));
    });
    expect(update.failed).toEqual([]);
    await restartForwarder(s);
    for (let tries = 0; (await ask(s).catch(String)) !== '3' && tries < 50; tries++) {
      await new Promise((later) => setTimeout(later, 200));
    }
    await s.step('it starts again with that one', ['ps'], exits(0), answers('3'));
    await s.step('down', ['down', '-t', '0'], exits(0));
  },
  { skip: process.env['TSCOMPOSE_TEST_BIN'] !== undefined },
);
