import { exitCode } from '../../diagnostic/errors.ts';
import { defineCommand } from '../command.ts';
import { imageResolver } from '../resolver.ts';
import { openLoaded } from '../session.ts';

/** `lock`: writes down the exact version of every image and remote file. */
export const lock = defineCommand({
  name: 'lock',
  usage: '[OPTIONS]',
  summary: 'Write the exact versions of images and remote files to compose.lock',
  options: {
    check: { type: 'boolean', summary: 'Only tell what would change; exit code 2 if something would' },
  },
  args: { max: 0 },
  examples: [
    ['tscompose lock', 'adds what is new to compose.lock; what is in it keeps its version'],
    ['tscompose --locked up', 'runs exactly what compose.lock says, or nothing'],
    ['tscompose update', 'moves to newer versions'],
  ],
  run: async ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { project, remotes, lock: found } = await openLoaded(context);
    const before = await found.read();
    const [{ basesOf }, { makeLock, ownPlatform }, { changeLine, lockChanges }, { writeLock }] =
      await Promise.all([
        import('../../execute/build/bases.ts'),
        import('../locking.ts'),
        import('../../lock/refresh.ts'),
        import('../lock.ts'),
      ]);
    const after = await imageResolver(context, async (resolver, engine) => {
      const platform = engine === undefined ? ownPlatform() : `${engine.facts.os}/${engine.facts.arch}`;
      const { bases, unread } = await basesOf(project, platform);
      for (const { service, why } of unread) {
        context.terminal.stderr.write(
          `warning: images that the build of "${service}" starts from are not locked: ${why}\n`,
        );
      }
      return await makeLock(resolver, {
        ...{ project, remotes, bases, lock: before, renew: () => false, platform },
      });
    });
    const { stdout } = context.terminal;
    const changes = lockChanges(before, after);
    for (const change of changes) stdout.write(`${changeLine(change)}\n`);
    if (context.global['dry-run']) return exitCode.done;
    if (options.check) return changes.length > 0 ? exitCode.pending : exitCode.done;
    const written = await writeLock(found.path, after);
    if (!written) stdout.write(`${found.path} is up to date\n`);
    return exitCode.done;
  },
});
