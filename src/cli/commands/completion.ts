import { UserError } from '../../diagnostic/errors.ts';
import { defineCommand } from '../command.ts';
import { installCompletion, usersShell } from '../complete/install.ts';
import { completionScript, type Shell, shells } from '../complete/scripts.ts';

/** `completion`: scripts that let shells complete commands, flags, services and profiles. */
export const completion = defineCommand({
  name: 'completion',
  usage: 'bash|zsh|fish|powershell | install [SHELL]',
  summary: 'Print or install completion for a shell',
  options: {},
  args: { min: 1, max: 2, choices: [...shells, 'install'] },
  examples: [
    ['tscompose completion install', "sets completion up for the user's shell"],
    ['source <(tscompose completion bash)', 'has it in this shell only'],
  ],
  run: async ({ args: [what = '', shell], terminal }) => {
    const { stdout, environment } = terminal;
    if (what !== 'install') {
      if (shell !== undefined) throw unknown(shell);
      stdout.write(completionScript(shellOf(what), 'tscompose'));
      return 0;
    }
    const chosen = shell === undefined ? usersShell(environment) : shellOf(shell);
    stdout.write(installCompletion(chosen, 'tscompose', environment));
    return 0;
  },
});

function shellOf(name: string): Shell {
  const known = shells.find((shell) => shell === name || (name === 'pwsh' && shell === 'powershell'));
  if (known === undefined) throw unknown(name);
  return known;
}

function unknown(name: string): UserError {
  return new UserError('usage', `there is no completion for ${JSON.stringify(name)}`, {
    hint: `one of ${shells.join(', ')}`,
  });
}
