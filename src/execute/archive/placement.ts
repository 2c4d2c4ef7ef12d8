import { UserError } from '../../diagnostic/errors.ts';

/** One end of a copy: a path as it was written, and what is there. */
export interface End {
  readonly path: string;
  readonly is: 'directory' | 'other' | 'missing';
}

/** Where entries go. */
export interface Placement {
  /** An existing folder. */
  readonly folder: string;
  /** The copy's name in it; '' if what the source folder holds goes into it directly. */
  readonly name: string;
  /** The source is what a folder holds: names in its archive do not start with the folder's. */
  readonly content: boolean;
}

/**
 * Where a copy ends up, as `cp` and `docker cp` have it: a source goes into a folder that exists and takes the
 * name of one that does not; `FOLDER/.` means what the folder holds.
 * @throws UserError for a folder over a file, and for a file to a folder that does not exist
 */
export function placement(source: End, target: End): Placement {
  const content = /(^|\/)\.$/.test(source.path) || clean(source.path) === '/';
  const folder = source.is === 'directory';
  if (target.is === 'directory')
    return { folder: clean(target.path), name: content ? '' : base(source.path), content };
  if (target.is === 'other' && folder) {
    throw new UserError('copy', `cannot copy directory ${source.path}: ${target.path} is not a directory`, {
      hint: 'name a folder, or a path where nothing is yet',
    });
  }
  if (target.is === 'missing' && !folder && /\/\.?$/.test(target.path)) {
    throw new UserError('copy', `no such directory: ${target.path}`, {
      hint: 'make the folder first, or leave out the slash at the end',
    });
  }
  return { folder: parent(target.path), name: base(target.path), content };
}

/** The last part of a path; of `a/.` and `a/` it is `a`. */
export function base(path: string): string {
  return clean(path).split('/').at(-1) ?? '';
}

/** The folder that a path is in: `.` or `/` at the top. */
export function parent(path: string): string {
  const cleaned = clean(path);
  const at = cleaned.lastIndexOf('/');
  if (at < 0) return '.';
  return at === 0 ? '/' : cleaned.slice(0, at);
}

/** Without what changes nothing: doubled and trailing slashes, and parts that are a dot. */
function clean(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const joined = parts.join('/');
  return path.startsWith('/') ? `/${joined}` : joined === '' ? '.' : joined;
}
