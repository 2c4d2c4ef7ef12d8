import { randomBytes } from 'node:crypto';
import { UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import { label } from '../../model/labels.ts';
import type { Outcome } from '../../pipeline.ts';
import type { Plan } from '../../plan/plan.ts';
import { planRun } from '../../plan/run.ts';
import { change } from '../change.ts';
import { defineCommand } from '../command.ts';
import { configuredDetachKeys } from '../dockerConfig.ts';
import { observeForChanges, withProject } from '../make.ts';
import { materialsFor } from '../materials.ts';
import { forwardSignals } from '../process/forward.ts';
import { hasTerminal, joinStreams } from '../process/join.ts';
import { fileVariables, volumesOf } from '../run/given.ts';
import { wantedService } from '../run/wanted.ts';
import type { Context } from '../session.ts';
import { forceForeign, orphansOf, quietBuild, quietPull, removeOrphans } from './options.ts';

/** `run`: one container of a service for one command. */
export const run = defineCommand({
  name: 'run',
  usage: '[OPTIONS] SERVICE [COMMAND] [ARGS...]',
  summary: 'Run a command in a new container of a service',
  options: {
    build: { type: 'boolean', summary: 'Build the image first' },
    'cap-add': { type: 'strings', summary: 'Add a capability' },
    'cap-drop': { type: 'strings', summary: 'Take a capability away' },
    detach: { short: 'd', type: 'boolean', summary: "Don't wait; print the container's id" },
    entrypoint: { type: 'string', summary: "Instead of the image's entrypoint" },
    env: { short: 'e', type: 'strings', summary: 'Set a variable: NAME=VALUE, or NAME for its value here' },
    'env-from-file': { type: 'strings', complete: 'file', summary: 'Set the variables that a file has' },
    interactive: { short: 'i', type: 'boolean', default: true, summary: 'Pass input on' },
    label: { short: 'l', type: 'strings', aliases: ['labels'], summary: 'Set a label: NAME=VALUE' },
    name: { type: 'string', summary: "The container's name" },
    'no-deps': { type: 'boolean', summary: "Don't start services that this one depends on" },
    'no-tty': { short: 'T', type: 'boolean', aliases: ['no-TTY'], summary: 'Without a terminal' },
    publish: { short: 'p', type: 'strings', summary: 'Publish a port: HOST:CONTAINER' },
    pull: {
      type: 'string',
      default: 'policy',
      choices: ['always', 'missing', 'never', 'policy'],
      summary: 'When to pull images: always, missing, never, or as the files say (policy)',
    },
    quiet: { short: 'q', type: 'boolean', summary: 'No progress' },
    'quiet-build': quietBuild,
    'quiet-pull': quietPull,
    'force-foreign': forceForeign,
    'remove-orphans': removeOrphans,
    rm: { type: 'boolean', summary: 'Remove the container at the end' },
    'service-ports': { short: 'P', type: 'boolean', summary: "Publish the service's ports too" },
    tty: { short: 't', type: 'boolean', hidden: true, summary: 'With a terminal' },
    'use-aliases': { type: 'boolean', summary: "Let others reach it by the service's name and aliases" },
    user: { short: 'u', type: 'string', summary: 'As this user: name or number, with :group' },
    volume: {
      short: 'v',
      type: 'strings',
      aliases: ['volumes'],
      summary: 'Mount a folder or a volume: SOURCE:TARGET, with :ro to only read',
    },
    workdir: { short: 'w', type: 'string', summary: 'In this folder' },
  },
  args: { min: 1 },
  flagsEnd: true,
  graceful: true,
  plans: 'shown',
  examples: [['tscompose run --rm web npm test', 'runs the tests in a container of their own']],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { global, terminal } = context;
    const [service = '', ...command] = args;
    const detach = options.detach === true;
    const noDeps = options['no-deps'] === true;
    const open = options.interactive !== false;
    const stdin = open && !detach;
    const asked = options.tty === true || options['no-tty'] === false;
    if (asked && stdin && terminal.stdin.isTTY !== true) {
      const message = 'cannot attach stdin to a TTY-enabled container because stdin is not a terminal';
      throw new UserError('usage', message, { hint: 'leave out --tty, or give -T' });
    }
    const tty = !detach && options['no-tty'] !== true && options.tty !== false && hasTerminal(terminal);
    return withProject(context, { services: [service], noDeps }, async (engine, project) => {
      const model = project.services[service];
      if (model === undefined) throw new UserError('no-such-service', `no such service: ${service}`);
      const wanted = wantedService(
        model,
        {
          ...{
            command,
            tty,
            stdin: open,
            entrypoint: options.entrypoint,
            env: options.env,
            labels: options.label,
          },
          ...{ publish: options.publish, servicePorts: options['service-ports'] === true },
          envFiles: await fileVariables(options['env-from-file'], terminal),
          volumes: volumesOf(options.volume, project.workingDir, terminal.environment),
          ...{ capAdd: options['cap-add'], capDrop: options['cap-drop'] },
          ...{ user: options.user, workdir: options.workdir },
        },
        project.environment,
      );
      const materials = materialsFor(project, engine.facts);
      const slug = randomBytes(32).toString('hex');
      const outcome = await change(
        context,
        engine,
        { name: project.name, project },
        {
          command: 'run',
          quiet: options.quiet === true,
          quietPull: options['quiet-pull'] === true,
          quietBuild: options['quiet-build'] === true,
          observe: observeForChanges(project, context),
          plan: (observed, { imagesReady }) =>
            asRun(
              planRun(
                project,
                observed,
                {
                  ...{ command: 'run', service, wanted, slug, start: detach, noDeps, imagesReady },
                  ...(options.name !== undefined && { name: options.name }),
                  // Nobody waits here for the end of a detached one.
                  ...(detach && options.rm && { autoRemove: true }),
                  ...(options.build && { build: true }),
                  ...(options.pull !== undefined && options.pull !== 'policy' && { pull: options.pull }),
                  ...(options['use-aliases'] && { useAliases: true }),
                  ...orphansOf(options, project.environment),
                  ...(global.compatibility && { compatibility: true }),
                },
                materials,
              ),
              slug,
              // Nobody is there in the end to remove it: the engine does.
              { stdin, autoRemove: detach && options.rm === true },
            ),
        },
      );
      const id = containerOf(outcome, slug);
      if (outcome.exitCode !== 0 || id === undefined) return outcome.exitCode;
      if (detach) {
        terminal.stdout.write(`${id}\n`);
        return 0;
      }
      let exit: number | undefined = 0;
      try {
        exit = await runToEnd(context, engine, id, { tty, stdin });
      } finally {
        if (options.rm && exit !== undefined)
          await engine.removeContainer(id, { force: true, volumes: true });
      }
      return exit ?? 0;
    });
  },
});

function isOurs(node: Plan['nodes'][number], slug: string): boolean {
  return node.operation.kind === 'create-container' && node.operation.body.Labels[label.slug] === slug;
}

/** The container's input ends with ours, and the engine removes it in the end, as asked for. */
function asRun(
  plan: Plan,
  slug: string,
  { stdin, autoRemove }: { readonly stdin: boolean; readonly autoRemove: boolean },
): Plan {
  if (!stdin && !autoRemove) return plan;
  const nodes = plan.nodes.map((node) => {
    const { operation } = node;
    if (operation.kind !== 'create-container' || !isOurs(node, slug)) return node;
    const body = {
      ...operation.body,
      ...(stdin && { AttachStdin: true, StdinOnce: true }),
      ...(autoRemove && { HostConfig: { ...operation.body.HostConfig, AutoRemove: true } }),
    };
    return { ...node, operation: { ...operation, body } };
  });
  return { ...plan, nodes };
}

function containerOf({ plan, result }: Outcome, slug: string): string | undefined {
  const node = plan.nodes.find((one) => isOurs(one, slug));
  return node === undefined ? undefined : result?.created.get(node.id);
}

/**
 * Attaches before the start, so that nothing is missed. Signals go to the process; the second interrupt kills it.
 * @returns the exit code; undefined if the detach keys were typed
 */
async function runToEnd(
  { terminal, kill }: Context,
  engine: Engine,
  id: string,
  { tty, stdin }: { readonly tty: boolean; readonly stdin: boolean },
): Promise<number | undefined> {
  const detachKeys = configuredDetachKeys(terminal, undefined);
  const attachment = await engine.attach(id, { stdin, tty, ...(detachKeys !== undefined && { detachKeys }) });
  const joined = joinStreams(terminal, attachment, {
    ...{ tty, resize: (size) => engine.resizeContainer(id, size) },
    detachKeys,
  });
  const stop = forwardSignals(engine, id);
  kill.addEventListener('abort', () => {
    // It may have ended just now.
    engine.killContainer(id, 'SIGKILL').catch(() => undefined);
  });
  try {
    await engine.startContainer(id);
    const exit = engine.waitContainer(id, 'not-running');
    exit.catch(() => undefined);
    // Detached: it goes on without us.
    if ((await joined) === 'detached') return undefined;
    return await exit;
  } catch (error) {
    attachment.close();
    await joined;
    throw error;
  } finally {
    stop();
  }
}
