import { UserError } from '../diagnostic/errors.ts';
import { isRemote } from '../load/files.ts';
import { formatTable } from '../output/table.ts';
import { Asker } from './confirm.ts';
import { readingFiles } from './reading.ts';
import { type Context, loadRequest } from './session.ts';

/**
 * Says where a project lies whose files come from elsewhere, and asks before it is run: for more files that
 * it brings along (nobody to answer: no), and for the variables that go into it (nobody: yes).
 * @throws UserError if that is declined
 */
export async function confirmRemoteStack(context: Context, yes: boolean): Promise<void> {
  const { global, terminal } = context;
  const listed = global.file.length > 0 ? global.file : [terminal.environment['COMPOSE_FILE'] ?? ''];
  const first = listed[0] ?? '';
  if (!isRemote(first)) return;
  const { loadProjectTree } = await import('../load/tree.ts');
  const request = loadRequest(context);
  const { loaded, remotes } = await readingFiles(context, (reader) => loadProjectTree(request, reader));
  if (global.progress !== 'quiet' && global.progress !== 'json') {
    const { folder } = loaded.files;
    terminal.stdout.write(
      `Your compose stack ${JSON.stringify(first)} is stored in ${JSON.stringify(folder)}\n`,
    );
  }
  if (yes) return;
  const asker = new Asker(terminal);
  try {
    const included = [...remotes.keys()].filter((reference) => !listed.includes(reference));
    if (included.length > 0) {
      const lines = included.map((reference) => `  - ${reference}\n`).join('');
      terminal.stdout.write(`\nWarning: this project brings files from other places along:\n${lines}`);
      terminal.stdout.write('They can do whatever the engine can. Make sure that you trust them.\n');
      if ((await asker.ask('Do you want to continue?', false)) !== true) throw cancelled();
    }
    const rows = variableRows(loaded.uses, terminal.environment);
    if (rows.length === 0) return;
    terminal.stdout.write('\nFound the following variables in configuration:\n');
    terminal.stdout.write(formatTable(['VARIABLE', 'VALUE', 'SOURCE', 'REQUIRED', 'DEFAULT'], rows));
    const agreed = await asker.ask('\nDo you want to proceed with these variables?', true);
    if (agreed === false) throw cancelled();
  } finally {
    asker.close();
  }
}

interface Use {
  readonly name: string;
  readonly required?: boolean;
  readonly default?: string;
}

function variableRows(
  uses: readonly Use[],
  environment: Readonly<Record<string, string>>,
): readonly (readonly string[])[] {
  const byName = new Map<string, Use>();
  for (const use of uses) byName.set(use.name, { ...use, ...byName.get(use.name) });
  return [...byName.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, required, default: fallback }) => {
      const set = environment[name];
      const [value, source] =
        set !== undefined
          ? [set, 'environment']
          : fallback
            ? [fallback, 'compose file']
            : ['<unset>', 'none'];
      return [name, value, source, required ? 'yes' : 'no', fallback ?? ''];
    });
}

function cancelled(): UserError {
  return new UserError('declined', 'operation cancelled by user', { hint: 'agree with --yes' });
}
