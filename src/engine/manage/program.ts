import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of a program, or undefined. System folders are looked into too: they are not in everyone's PATH. */
export function programPath(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const folders = [...(environment['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  for (const folder of folders) {
    if (folder === '') continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // The next folder may have it.
    }
  }
  return undefined;
}
