import { journalFiles, journalFolder, readJournal } from './journal.ts';

/**
 * When the last wait for each container of a project ended well, by the container's name: milliseconds since 1970.
 * Nothing where no journals are.
 */
export function lastPassed(stateFolder: string, project: string): ReadonlyMap<string, number> {
  const passed = new Map<string, number>();
  for (const file of files(journalFolder(stateFolder, project))) {
    for (const line of readJournal(file)) {
      if (line.what !== 'node' || line.kind !== 'wait-container' || line.phase !== 'done') continue;
      passed.set(line.name, Date.parse(line.time));
    }
  }
  return passed;
}

function files(folder: string): readonly string[] {
  try {
    return journalFiles(folder);
  } catch {
    return [];
  }
}
