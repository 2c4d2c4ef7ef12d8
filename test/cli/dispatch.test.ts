import { describe, expect, it } from 'vitest';
import { dispatch, optionsOf } from '../../src/cli/dispatch.ts';
import { leaves } from '../../src/cli/walkCommands.ts';

async function run(...argv: string[]) {
  const asked = await dispatch(argv);
  if (asked.kind !== 'run') throw new Error(`expected a command, got ${asked.kind}`);
  return { name: asked.command.name, values: asked.values, global: asked.global, args: asked.args };
}

describe('dispatch', () => {
  it('takes global options before and after the command', async () => {
    const asked = await run('-f', 'a.yaml', 'ps', '--file', 'b.yaml', '-p', 'shop', 'web');
    expect(asked.name).toBe('ps');
    expect(asked.args).toEqual(['web']);
    expect(asked.global).toMatchObject({ file: ['a.yaml', 'b.yaml'], 'project-name': 'shop' });
  });

  it("lets a command's own letter win over the global one", async () => {
    const logs = await run('logs', '-f', 'web');
    expect(logs.values).toMatchObject({ follow: true });
    expect(logs.global).toMatchObject({ file: [] });
    const before = await run('-f', 'x.yaml', 'logs', '-f');
    expect(before.values).toMatchObject({ follow: true });
    expect(before.global).toMatchObject({ file: ['x.yaml'] });
  });

  it("leaves another program's flags alone", async () => {
    const exec = await run('exec', '-T', 'web', 'ls', '-l', '--all');
    expect(exec.args).toEqual(['web', 'ls', '-l', '--all']);
    expect(exec.values).toMatchObject({ 'no-tty': true });
  });

  it('accepts other spellings', async () => {
    expect((await run('down', '--volume')).values).toMatchObject({ volumes: true });
  });

  it.each([[[]], [['--help']], [['-h']], [['help']]])(
    'prints the help of the program for %j',
    async (argv) => {
      expect(await dispatch(argv)).toEqual({ kind: 'help' });
    },
  );

  it.each([[['ps', '--help']], [['ps', '-h']], [['help', 'ps']], [['--help', 'ps']]])(
    'prints the help of a command for %j',
    async (argv) => {
      expect(await dispatch(argv)).toMatchObject({ kind: 'help', command: { name: 'ps' } });
    },
  );

  it.each([
    [['pss'], 'unknown command "pss"', 'did you mean "ps"?'],
    [['ps', '--servces'], 'unknown flag: --servces', 'did you mean --services?'],
    [['ps', '--zzzzzzzz'], 'unknown flag: --zzzzzzzz', 'see tscompose ps --help'],
    [['down', '--rmi', 'some'], 'invalid value for --rmi: "some"', 'one of local, all'],
    [['port', 'web'], '"port" requires at least 2 arg(s), only received 1', expect.any(String)],
    [['ls', 'web'], '"ls" accepts no arg(s), received 1', expect.any(String)],
    [['stop', '-t', 'soon'], 'invalid argument "soon" for "--timeout" flag', undefined],
  ])('refuses %j', async (argv, message, hint) => {
    await expect(dispatch(argv)).rejects.toMatchObject({ message, hint, exit: 1 });
  });
});

describe('every command', () => {
  const all = leaves().map((leaf) => [leaf.path.join(' '), leaf.entry] as const);

  it.each(all)('%s has the name and summary of its entry', async (name, entry) => {
    const command = await entry.load();
    expect(command.name).toBe(name);
    expect(command.summary).toBe(entry.summary);
  });

  it.each(all)('%s gives no letter to two options', async (_, entry) => {
    const letters = Object.values(optionsOf(await entry.load())).flatMap(({ short }) => short ?? []);
    expect(letters).toEqual([...new Set(letters)]);
  });
});
