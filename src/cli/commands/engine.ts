import { exitCode, UserError } from '../../diagnostic/errors.ts';
import { look, surroundings } from '../../engine/connect.ts';
import type { Attempt } from '../../engine/find.ts';
import { consequences } from '../../engine/manage/consequences.ts';
import { ownEngines, startEngine, stopEngines, waysOut } from '../../engine/manage.ts';
import type { PrivateKind } from '../../engine/state.ts';
import type { Invocation, Options } from '../command.ts';
import type { globalOptions } from '../globalOptions.ts';

export const summary = 'Show, start or stop the container engine';
export const usage = 'engine status|start|stop [OPTIONS]';

export const options = {
  format: { type: 'string', choices: ['text', 'json'], summary: 'Form of the output: text or json' },
  kind: {
    type: 'string',
    choices: ['docker', 'podman'],
    summary: 'Engine to start or stop (start: docker where possible; stop: both)',
  },
  remove: {
    type: 'boolean',
    summary: 'stop: remove the state of the engine too, with its images and volumes',
  },
} as const satisfies Options;

type EngineInvocation = Invocation<typeof options, typeof globalOptions>;

/** `tscompose engine …`. `stop` ends only what `start`, or a command that needed an engine, has started. */
export async function run(invocation: EngineInvocation): Promise<number> {
  const [action = 'status', ...more] = invocation.args;
  const known = { status, start, stop };
  if (more.length > 0 || !isKey(known, action)) {
    throw new UserError('TSC302', `engine: unknown action "${[action, ...more].join(' ')}"`, {
      hint: 'actions are status, start and stop',
      exit: exitCode.usage,
    });
  }
  return await known[action](invocation);
}

function isKey<T extends object>(object: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(object, key);
}

function worldOf({ global, terminal }: EngineInvocation) {
  return surroundings({ host: global.host?.[0], context: global.context, environment: terminal.environment });
}

function kindOf({ options: { kind } }: EngineInvocation): PrivateKind | undefined {
  return kind === 'docker' || kind === 'podman' ? kind : undefined;
}

async function status(invocation: EngineInvocation): Promise<number> {
  const world = worldOf(invocation);
  const { engine, endpoint, attempts } = await look(world, invocation.signal);
  const report = {
    engine: engine === undefined ? null : { name: engine.name, ...engine.facts },
    reason: engine === undefined ? null : (endpoint?.reason ?? null),
    consequences: engine === undefined ? [] : consequences(engine.facts),
    strategies: attempts,
    own: ownEngines(world),
    waysOut: engine === undefined ? waysOut(world) : [],
  };
  engine?.close();
  const json = invocation.options.format === 'json';
  write(invocation, json ? JSON.stringify(report, undefined, 2) : statusText(report));
  return engine === undefined ? exitCode.error : exitCode.done;
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

function statusText({ engine, reason, strategies, own, waysOut: ways, ...report }: Report): string {
  const lines: string[] = [];
  if (engine === null) {
    lines.push('No container engine answers.');
  } else {
    const { kind, version, os, arch, apiVersion, address } = engine;
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
  const { engine, already } = await startEngine(worldOf(invocation), kindOf(invocation));
  const address = `unix://${engine.socket}`;
  if (invocation.options.format === 'json') {
    write(invocation, JSON.stringify({ kind: engine.kind, address, folder: engine.folder, already }));
    return exitCode.done;
  }
  const verb = already ? 'runs already' : 'started';
  write(
    invocation,
    `${kindNames[engine.kind]} ${verb}: ${address}\nFor other tools: export DOCKER_HOST=${address}`,
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
