import { UserError } from '../diagnostic/errors.ts';

/** Fetches a remote resource; see `git.ts`. */
export function fetchRemote(reference: string, cacheDir: string): string {
  void cacheDir;
  throw new UserError('TSC105', `can't fetch ${reference}`);
}
