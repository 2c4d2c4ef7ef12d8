import type { ChildProcess } from 'node:child_process';
import type { Host } from '../hosts.ts';

/** Moves that stand still at their points. */
export interface Standing {
  readonly one: Host;
  readonly two: Host;
  readonly commands: readonly ChildProcess[];
  /** Lets the commands go on, until all have ended. */
  goOn(): Promise<void>;
}

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

async function powerCut(host: Host): Promise<void> {
  await host.kill();
  await host.start();
}

/** Back only when the commands have given up. */
async function longPowerCut(host: Host, standing: Standing): Promise<void> {
  await host.kill();
  await standing.goOn();
  await host.start();
}

async function longLinkCut(host: Host, standing: Standing): Promise<void> {
  host.link('down');
  try {
    await standing.goOn();
  } finally {
    host.link('up');
  }
}

/** What may happen to a move. */
export const failures: Readonly<Record<string, (standing: Standing) => Promise<void>>> = {
  'the command is killed': async ({ commands }) => {
    for (const child of commands) child.kill('SIGKILL');
  },
  'the source loses power for a moment': ({ one }) => powerCut(one),
  'the target loses power for a moment': ({ two }) => powerCut(two),
  'the source loses power': (standing) => longPowerCut(standing.one, standing),
  'the target loses power': (standing) => longPowerCut(standing.two, standing),
  'the link to the target is cut for a moment': async ({ two }) => {
    two.link('down');
    await sleep(3000);
    two.link('up');
  },
  'the link to the source is cut': (standing) => longLinkCut(standing.one, standing),
  'the link to the target is cut': (standing) => longLinkCut(standing.two, standing),
};
