import { get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Check, Scenario } from './scenario.ts';

/** A port of the host that is this scenario's own. */
export const port = (s: Scenario) =>
  21_000 + (Number(/\d+$/.exec(s.project)?.[0]) % 1000) + (process.pid % 20) * 1000;

/** One answer, on a connection of its own, without a second try. */
export function ask(s: Scenario): Promise<string> {
  return new Promise((done, fail) => {
    const options = { agent: false, timeout: 12_000 };
    const sent = get(`http://127.0.0.1:${port(s)}/`, options, (answer) => {
      let text = '';
      answer.on('data', (part: Buffer) => {
        text += part.toString();
      });
      answer.once('error', fail);
      answer.once('end', () => done(text.trim()));
    });
    sent.once('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.once('error', fail);
  });
}

/** Whoever asks the published port gets this version. */
export const answers =
  (version: string): Check =>
  async ({ scenario: s }) =>
    expect(await ask(s)).toBe(version);

/** Asks again and again while something is done. @returns how often, and what went wrong */
export async function whileAsking<T>(
  s: Scenario,
  work: () => Promise<T>,
): Promise<{ asked: number; failed: string[] }> {
  const failed: string[] = [];
  let asked = 0;
  let over = false;
  const asking = (async () => {
    while (!over) {
      asked++;
      await ask(s).catch((error: unknown) => failed.push(String(error)));
      await pause(20);
    }
  })();
  try {
    await work();
  } finally {
    over = true;
    await asking;
  }
  return { asked, failed };
}

interface Web {
  readonly update?: string;
  readonly serve?: string;
  readonly more?: string;
}

/** A service behind a published port that answers with its version. */
export const web = (
  s: Scenario,
  version: string,
  { update, serve = 'exec httpd -f -p 80 -h /www', more = '' }: Web,
) =>
  s.file(
    'compose.yaml',
    `services:
  web:
    image: tscompose-base/busybox
    command: sh -c 'mkdir /www; echo $$V > /www/index.html; ${serve}'
    environment: { V: "${version}" }
    ports: ["${port(s)}:80"]
    healthcheck: { test: [CMD, wget, -qO-, "http://127.0.0.1/"], interval: 500ms, timeout: 2s, retries: 3 }
${update === undefined ? '' : `    deploy: { update_config: ${update} }\n`}${more}`,
  );

export const startFirst = '{ order: start-first }';
