import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../diagnostic/errors.ts';
import type { Terminal } from '../command.ts';
import { completionScript, type Shell, shells } from './scripts.ts';

interface Place {
  readonly path: string;
  /** What else the user has to do; undefined: the next shell has it. */
  readonly next?: string;
}

/** The user's shell, by SHELL. @throws UserError if it is none that completion is there for */
export function usersShell(environment: Terminal['environment']): Shell {
  const name = basename(environment['SHELL'] ?? '').replace(/^pwsh$/, 'powershell');
  const known = shells.find((shell) => shell === name);
  if (known !== undefined) return known;
  throw new UserError(
    'usage',
    name === '' ? 'SHELL does not name a shell' : `there is no completion for ${name}`,
    {
      hint: `name one: tscompose completion install ${shells.join('|')}`,
    },
  );
}

/**
 * Writes the script to where the shell looks for it. Files that belong to the user are left alone.
 * @returns what to tell
 */
export function installCompletion(
  shell: Shell,
  program: string,
  environment: Terminal['environment'],
): string {
  const { path, next } = placeOf(shell, program, environment);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, completionScript(shell, program));
  } catch (cause) {
    throw new UserError('output', `${path} can't be written`, {
      hint: `print the script instead: ${program} completion ${shell}`,
      cause,
    });
  }
  return `Wrote ${path}\n${next ?? 'The next shell that you open has it.'}\n`;
}

function placeOf(shell: Shell, program: string, environment: Terminal['environment']): Place {
  const home = environment['HOME'] ?? '';
  if (home === '') {
    throw new UserError('usage', 'HOME is not set', {
      hint: `print the script: ${program} completion ${shell}`,
    });
  }
  const data = environment['XDG_DATA_HOME'] || join(home, '.local', 'share');
  const config = environment['XDG_CONFIG_HOME'] || join(home, '.config');
  switch (shell) {
    case 'bash':
      return {
        path: join(data, 'bash-completion', 'completions', program),
        next: 'The next shell that you open has it, if the package bash-completion is installed.',
      };
    case 'zsh': {
      const folder = join(data, 'zsh', 'site-functions');
      return {
        path: join(folder, `_${program}`),
        next: `Add to ~/.zshrc, before compinit is called:\n  fpath=(${folder} $fpath)`,
      };
    }
    case 'fish':
      return { path: join(config, 'fish', 'completions', `${program}.fish`) };
    case 'powershell': {
      const path = join(config, 'powershell', `${program}-completion.ps1`);
      return { path, next: `Add to your $PROFILE:\n  . '${path}'` };
    }
  }
}
