import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isRecord } from '../support/json.ts';
import { call, type Host, labFolder } from './hosts.ts';

export const root = process.env['TSCOMPOSE_ROOT'] ?? resolve(import.meta.dirname, '../..');
const bin = join(root, 'bin/tscompose');

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** A project's folder, and tscompose run in it. */
export class Group {
  readonly name: string;
  readonly folder: string;

  constructor(name: string, files: Readonly<Record<string, string>>) {
    this.name = name;
    this.folder = mkdtempSync(join(labFolder!, 'group-'));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Starts tscompose in the folder. @param more of its environment */
  start(host: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Started {
    const env = {
      ...process.env,
      ...{
        DOCKER_HOST: host,
        COMPOSE_PROJECT_NAME: this.name,
        NO_COLOR: '1',
        TSCOMPOSE_STATE: join(this.folder, 'state'),
      },
      PATH: `${labFolder}/bin:${process.env['PATH']}`,
      ...more,
    };
    const child = spawn(bin, args, { cwd: this.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const ended = new Promise<Ended>((done, fail) => {
      child.once('error', fail);
      child.once('close', (code) => done({ code, output }));
    });
    return { child, ended };
  }

  run(host: string, args: readonly string[]): Promise<Ended> {
    return this.start(host, args).ended;
  }

  async must(host: string, ...args: string[]): Promise<string> {
    const { code, output } = await this.run(host, args);
    if (code !== 0) throw new Error(`tscompose ${args.join(' ')}: exit ${code}\n${output}`);
    return output;
  }
}

export interface Seen {
  readonly id: string;
  readonly service: string;
  readonly running: boolean;
  readonly restart: string;
}

/** The containers of a project on a host, straight from its engine. */
export async function containersOn(host: Host, project: string): Promise<Seen[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`com.docker.compose.project=${project}`] }));
  const { body } = await call(host, 'GET', `/containers/json?all=1&filters=${filters}`);
  const rows = Array.isArray(body) ? body.filter(isRecord) : [];
  return Promise.all(
    rows.map(async (row) => {
      const { body: details } = await call(host, 'GET', `/containers/${row['Id']}/json`);
      const config = isRecord(details) && isRecord(details['HostConfig']) ? details['HostConfig'] : {};
      const policy = isRecord(config['RestartPolicy']) ? config['RestartPolicy'] : {};
      const labels = isRecord(row['Labels']) ? row['Labels'] : {};
      return {
        id: String(row['Id']),
        service: String(labels['com.docker.compose.service']),
        running: row['State'] === 'running',
        restart: String(policy['Name'] ?? ''),
      };
    }),
  );
}

/** Names of volumes, networks and containers on a host, of all projects. */
export async function everythingOn(host: Host): Promise<string[]> {
  const [containers, volumes, networks] = await Promise.all(
    ['/containers/json?all=1', '/volumes', '/networks'].map((path) => call(host, 'GET', path)),
  );
  const rows = (value: unknown) => (Array.isArray(value) ? value.filter(isRecord) : []);
  const volumeRows = isRecord(volumes!.body) ? rows(volumes!.body['Volumes']) : [];
  return [
    ...rows(containers!.body).map((one) => `container ${String(one['Names'])}`),
    ...volumeRows.map((one) => `volume ${one['Name']}`),
    ...rows(networks!.body).map((one) => `network ${one['Name']}`),
  ].sort();
}

/** What a container has written to its standard output. */
export async function logOf(host: Host, id: string): Promise<string> {
  const { text } = await call(host, 'GET', `/containers/${id}/logs?stdout=1`);
  // The frames' headers are no text that matters here.
  return text;
}

/** Watches both hosts for the whole time. `stop` tells the projects that ran on both at once. */
export function watchForTwo(hosts: readonly [Host, Host]): { stop(): Promise<ReadonlySet<string>> } {
  const both = new Set<string>();
  let on = true;
  const watching = (async () => {
    let before = new Map<string, string>();
    while (on) {
      const there = await runningOn(hosts[1]);
      const now = await runningOn(hosts[0]);
      // What ran here before and after it was seen there ran at the same time.
      for (const [id, project] of now) {
        if (before.has(id) && [...there.values()].includes(project)) both.add(project);
      }
      before = now;
      await new Promise((done) => setTimeout(done, 20));
    }
  })();
  return {
    stop: async () => {
      on = false;
      await watching;
      return both;
    },
  };
}

/** Projects by the ids of their running containers; none where the host is off. */
async function runningOn(host: Host): Promise<Map<string, string>> {
  const filters = encodeURIComponent(JSON.stringify({ label: ['com.docker.compose.project'] }));
  const answer = await call(host, 'GET', `/containers/json?filters=${filters}`).catch(() => undefined);
  const rows = Array.isArray(answer?.body) ? answer.body.filter(isRecord) : [];
  return new Map(
    rows.map((row) => {
      const labels = isRecord(row['Labels']) ? row['Labels'] : {};
      return [String(row['Id']), String(labels['com.docker.compose.project'])];
    }),
  );
}
