import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isRecord } from '../support/json.ts';
import { call, type Host, labFolder } from './hosts.ts';

const root = process.env['TSCOMPOSE_ROOT'] ?? resolve(import.meta.dirname, '../..');
const bin = join(root, 'bin/tscompose');

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** What tscompose tells with `--progress json`, one a line. */
export interface Told {
  readonly operation: string;
  readonly status: string;
  readonly engine: string;
  readonly text: string;
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

  /** @param seen called with each event, before tscompose goes on for long */
  run(
    host: string,
    args: readonly string[],
    seen?: (event: Told, child: ChildProcess) => void,
  ): Promise<Ended> {
    const env = {
      ...process.env,
      ...{
        DOCKER_HOST: host,
        COMPOSE_PROJECT_NAME: this.name,
        NO_COLOR: '1',
        TSCOMPOSE_STATE: join(this.folder, 'state'),
      },
      PATH: `${labFolder}/bin:${process.env['PATH']}`,
    };
    const words = seen === undefined ? args : ['--progress', 'json', ...args];
    const child = spawn(bin, words, { cwd: this.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    return new Promise((done, fail) => {
      let output = '';
      let line = '';
      const read = (text: string) => {
        output += text;
        if (seen === undefined) return;
        line += text;
        const lines = line.split('\n');
        line = lines.pop() ?? '';
        for (const one of lines) {
          const event = toldIn(one);
          if (event !== undefined) seen(event, child);
        }
      };
      child.stdout.setEncoding('utf8').on('data', read);
      child.stderr.setEncoding('utf8').on('data', read);
      child.once('error', fail);
      child.once('close', (code) => done({ code, output }));
    });
  }

  async must(host: string, ...args: string[]): Promise<string> {
    const { code, output } = await this.run(host, args);
    if (code !== 0) throw new Error(`tscompose ${args.join(' ')}: exit ${code}\n${output}`);
    return output;
  }
}

function toldIn(line: string): Told | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (!isRecord(value)) return undefined;
    const text = (key: string) => String(value[key] ?? '');
    return {
      operation: text('operation'),
      status: text('status'),
      engine: text('engine'),
      text: text('text'),
    };
  } catch {
    return undefined;
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

/** Watches both hosts for the whole time: the same group never runs on both. */
export function watchForTwo(hosts: readonly [Host, Host], project: string): { stop(): Promise<number> } {
  let seen = 0;
  let on = true;
  const running = async (host: Host) => {
    const filters = encodeURIComponent(JSON.stringify({ label: [`com.docker.compose.project=${project}`] }));
    const { body } = await call(host, 'GET', `/containers/json?filters=${filters}`);
    return Array.isArray(body) ? body.length : 0;
  };
  const watching = (async () => {
    while (on) {
      const [one, two] = await Promise.all(hosts.map((host) => running(host).catch(() => 0)));
      if (one! > 0 && two! > 0) seen++;
      await new Promise((done) => setTimeout(done, 50));
    }
  })();
  return {
    stop: async () => {
      on = false;
      await watching;
      return seen;
    },
  };
}
