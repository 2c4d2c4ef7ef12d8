import { exitCode, UserError } from '../../diagnostic/errors.ts';
import { look, surroundings } from '../../engine/connect.ts';
import type { Attempt } from '../../engine/find.ts';
import { consequences } from '../../engine/manage/consequences.ts';
import { ownEngines, startEngine, stopEngines, waysOut } from '../../engine/manage.ts';
import type { PrivateKind } from '../../engine/state.ts';
import { defineCommand, type Invocation, type Options } from '../command.ts';
import { engineOptions } from '../engineOptions.ts';

const options = {
  format: { type: 'string', placeholder: 'string', summary: 'text or json' },
  kind: {
    type: 'string',
    placeholder: 'string',
    choices: ['docker', 'podman'],
    summary: 'Engine to start (default: docker where possible) or stop (default: both): docker or podman',
  },
  remove: {
    type: 'boolean',
    summary: 'stop: remove the state of a private dockerd too, images and volumes included',
  },
} as const satisfies Options;

type EngineInvocation = Invocation<typeof options>;

/** `engine`: `stop` ends only what `start`, or a command that needed an engine, has started. */
export const engine = defineCommand({
  name: 'engine',
  usage: 'status|start|stop [OPTIONS]',
  summary: 'Show, start or stop the container engine',
  options,
  args: { max: 1 },
  examples: [
    ['tscompose engine status', 'which engine is used, and why'],
    ['tscompose engine start --kind podman', 'run Podman without a daemon of the system'],
  ],
  run: async (invocation) => {
    const [action = 'status'] = invocation.args;
    const known = { status, start, stop };
    const { format, kind } = invocation.options;
    if (!isKey(known, action)) throw unknown('action', action, Object.keys(known));
    if (format !== undefined && !['text', 'json'].includes(format))
      throw unknown('--format', format, ['text', 'json']);
    if (kind !== undefined && kindOf(invocation) === undefined)
      throw unknown('--kind', kind, ['docker', 'podman']);
    return await known[action](invocation);
  },
});

function unknown(what: string, value: string, known: readonly string[]): UserError {
  return new UserError('usage', `engine: unknown ${what} "${value}"`, {
    hint: `one of ${known.join(', ')}`,
    exit: exitCode.usage,
  });
}

function isKey<T extends object>(object: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(object, key);
}

function worldOf({ global, terminal }: EngineInvocation) {
  return surroundings({ ...engineOptions(global), environment: terminal.environment });
}

function kindOf({ options: { kind } }: EngineInvocation): PrivateKind | undefined {
  return kind === 'docker' || kind === 'podman' ? kind : undefined;
}

async function status(invocation: EngineInvocation): Promise<number> {
  const world = worldOf(invocation);
  const { engine: found, endpoint, attempts } = await look(world, invocation.signal);
  const report = {
    engine: found === undefined ? null : { name: found.name, ...found.facts },
    reason: found === undefined ? null : (endpoint?.reason ?? null),
    consequences: found === undefined ? [] : consequences(found.facts),
    strategies: attempts,
    own: ownEngines(world),
    waysOut: found === undefined ? waysOut(world) : [],
  };
  found?.close();
  const json = invocation.options.format === 'json';
  write(invocation, json ? JSON.stringify(report, undefined, 2) : statusText(report));
  return found === undefined ? exitCode.error : exitCode.done;
}

interface Report {
  readonly engine: ({ readonly name: string } & Parameters<typeof consequences>[0]) | null;
  readonly reason: string | null;
  readonly consequences: readonly string[];
  readonly strategies: readonly Attempt[];
  readonly own: ReturnType<typeof ownEngines>;
  readonly waysOut: readonly string[];
}

const kindNames = { docker: 'Docker', podman: 'Podman' } as const;

function statusText(report: Report): string {
  const { reason, strategies, own, waysOut: ways } = report;
  const lines: string[] = [];
  if (report.engine === null) {
    lines.push('No container engine answers.');
  } else {
    const { kind, version, os, arch, apiVersion, address } = report.engine;
    lines.push(`${kindNames[kind]} ${version} (${os}/${arch}), API ${apiVersion}`);
    lines.push(`at ${address}`, `because ${reason}`);
  }
  const width = Math.max(...strategies.map(({ strategy }) => strategy.length)) + 2;
  lines.push('', 'Looked for in this order:');
  for (const { strategy, outcome, address, detail } of strategies) {
    const where =
      address === undefined || detail.includes(address.replace('unix://', '')) ? '' : ` (${address})`;
    lines.push(`  ${strategy.padEnd(width)}${outcome}${detail === '' ? '' : `: ${detail}`}${where}`);
  }
  if (report.consequences.length > 0) {
    lines.push('', 'What follows from it:', ...report.consequences.map((text) => `  - ${text}`));
  }
  const running = own.filter((one) => one.running);
  if (running.length > 0) {
    lines.push('', 'Started by tscompose:');
    lines.push(
      ...running.map((one) => `  ${one.kind}: process ${one.pid}, unix://${one.socket}, log ${one.log}`),
    );
  }
  if (ways.length > 0) lines.push('', 'What you can do:', ...ways.map((way) => `  - ${way}`));
  return lines.join('\n');
}

async function start(invocation: EngineInvocation): Promise<number> {
  const { engine: place, already } = await startEngine(worldOf(invocation), kindOf(invocation));
  const address = `unix://${place.socket}`;
  if (invocation.options.format === 'json') {
    write(invocation, JSON.stringify({ kind: place.kind, address, folder: place.folder, already }));
    return exitCode.done;
  }
  const verb = already ? 'runs already' : 'started';
  write(
    invocation,
    `${kindNames[place.kind]} ${verb}: ${address}\nFor other tools: export DOCKER_HOST=${address}`,
  );
  return exitCode.done;
}

async function stop(invocation: EngineInvocation): Promise<number> {
  const kind = kindOf(invocation);
  const stopped = await stopEngines(worldOf(invocation), {
    ...(kind === undefined ? {} : { kind }),
    remove: invocation.options.remove === true,
  });
  if (invocation.options.format === 'json') {
    write(invocation, JSON.stringify({ stopped: stopped.map((one) => one.kind) }));
  } else if (stopped.length === 0) {
    write(invocation, 'Nothing to stop: no engine that tscompose started is running.');
  } else {
    write(
      invocation,
      stopped.map((one) => `${kindNames[one.kind]} stopped: unix://${one.socket}`).join('\n'),
    );
  }
  return exitCode.done;
}

function write({ terminal }: EngineInvocation, text: string): void {
  terminal.stdout.write(`${text}\n`);
}
