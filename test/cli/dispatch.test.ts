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
    [['pss'], 'unknown docker command: "compose pss"', 'did you mean "ps"?'],
    [['ps', '--servces'], 'unknown flag: --servces', 'did you mean --services?'],
    [['ps', '--zzzzzzzz'], 'unknown flag: --zzzzzzzz', 'see tscompose ps --help'],
    [['down', '--rmi', 'some'], 'invalid value for --rmi: "some"', 'one of local, all'],
    [['port', 'web'], '"port" requires at least 2 arg(s), only received 1', expect.any(String)],
    [['ls', 'web'], '"ls" accepts no arg(s), received 1', expect.any(String)],
    [['stop', '-t', 'soon'], 'invalid argument "soon" for "--timeout" flag', 'a whole number'],
  ])('refuses %j', async (argv, message, hint) => {
    await expect(dispatch(argv)).rejects.toMatchObject({ message, hint, exit: 1 });
  });
});

describe('plan', () => {
  async function planOf(...argv: string[]) {
    const asked = await dispatch(['plan', ...argv]);
    if (asked.kind !== 'run' || asked.inner === undefined) throw new Error('expected a plan');
    const { inner, values, args, global } = asked;
    return { command: inner.command.name, inner: inner.values, values, args, global };
  }

  it.each([
    [[], 'up', []],
    [['web', 'db'], 'up', ['web', 'db']],
    [['up'], 'up', []],
    [['up', 'down'], 'up', ['down']],
    [['--', 'down'], 'up', ['down']],
    [['down', 'web'], 'down', ['web']],
    [['ps'], 'up', ['ps']],
    [['--scale', 'web=3', 'db'], 'up', ['db']],
    [['scale', 'web=3'], 'scale', ['web=3']],
    [['run', 'web', 'ls', '-l', '--format'], 'run', ['web', 'ls', '-l', '--format']],
  ])('of %j is one of %s', async (argv, command, args) => {
    expect(await planOf(...argv)).toMatchObject({ command, args });
  });

  it("takes its own options and the command's anywhere", async () => {
    const asked = await planOf('-o', 'x', 'down', '-v', '--format', 'json', '-t', '3', '-p', 'shop', 'web');
    expect(asked.values).toEqual({ output: 'x', format: 'json' });
    expect(asked.inner).toEqual({ volumes: true, timeout: 3 });
    expect(asked.global).toMatchObject({ 'project-name': 'shop' });
    expect(asked.args).toEqual(['web']);
  });

  it('leaves lists that are not given empty, as the command itself does', async () => {
    const { values } = await run('up');
    expect((await planOf('up')).inner).toEqual(values);
  });

  it.each([
    [['down', '--build'], 'unknown flag: --build'],
    [['scale'], '"scale" requires at least 1 arg(s), only received 0'],
    [['--format', 'xml'], 'invalid value for --format: "xml"'],
    [['down', '--rmi', 'some'], 'invalid value for --rmi: "some"'],
    [['up', '--plan', 'x'], 'unknown flag: --plan'],
  ])('refuses %j', async (argv, message) => {
    await expect(dispatch(['plan', ...argv])).rejects.toMatchObject({ message, exit: 1 });
  });

  it('shows the help of the command that it is asked about', async () => {
    expect(await dispatch(['plan', '--help'])).toMatchObject({ command: { name: 'plan' } });
    expect(await dispatch(['plan', 'down', '--help'])).toMatchObject({ command: { name: 'down' } });
  });

  it('hands a plan file on, without asking for services', async () => {
    const asked = await dispatch(['scale', '--plan', 'x.json']);
    expect(asked).toMatchObject({ kind: 'run', planFile: 'x.json', args: [] });
    expect(asked).not.toHaveProperty('global.plan');
    await expect(dispatch(['ps', '--plan', 'x'])).rejects.toMatchObject({ message: 'unknown flag: --plan' });
    await expect(dispatch(['run', '--plan', 'x', 'web'])).rejects.toMatchObject({ exit: 1 });
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
