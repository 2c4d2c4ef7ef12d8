import { readFileSync, writeFileSync } from 'node:fs';
import { UserError } from '../../diagnostic/errors.ts';
import type { Fix } from '../../lint/rule.ts';
import type { StringMap } from '../../model/scalars.ts';
import { cacheFolder } from '../../source/remotes.ts';
import { groupBy } from '../../util/group-by.ts';
import { applyEdits } from '../../yaml/edit.ts';

const mark = '\ufeff';

/** Changes the files, but no copies of files from elsewhere. @returns how many fixes each got @throws UserError if one can't be written */
export async function applyFixes(
  fixes: readonly Fix[],
  environment: StringMap,
): Promise<{ file: string; count: number }[]> {
  const cache = cacheFolder(environment, environment['HOME'] ?? '/');
  const done: { file: string; count: number }[] = [];
  for (const [file, edits] of groupBy(fixes, (fix) => fix.file)) {
    // Standard input has no file to change.
    if (file === '-' || file.startsWith(`${cache}/`)) continue;
    const written = readFileSync(file, 'utf8');
    // Offsets count from behind the mark.
    const text = written.startsWith(mark) ? written.slice(1) : written;
    const edited = await applyEdits(text, edits);
    if (edited === text) continue;
    try {
      writeFileSync(file, (written.startsWith(mark) ? mark : '') + edited);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UserError('output', `${file} can't be written: ${reason}`, {
        cause,
        hint: 'check its permissions, or run without --fix',
      });
    }
    done.push({ file, count: edits.length });
  }
  return done;
}
