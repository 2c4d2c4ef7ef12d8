import { UserError } from '../diagnostic/errors.ts';
import { parseDocuments } from '../yaml/parse.ts';
import { placeAt, type Source } from '../yaml/source.ts';
import { isTree, type Tree } from '../yaml/tree.ts';
import type { StageContext } from './context.ts';
import type { Reader } from './request.ts';
import { silencedBy } from './silence.ts';

/** The documents of compose files, each file read once. */
export class Documents {
  readonly #reader: Reader;
  readonly #context: StageContext;
  readonly #read = new Map<string, readonly Tree[]>();
  /** Whether any file uses `!reset` or `!override`. */
  tagged = false;

  constructor(reader: Reader, context: StageContext) {
    this.#reader = reader;
    this.#context = context;
  }

  /** @throws UserError when the file can't be read */
  of(path: string): readonly Tree[] {
    const known = this.#read.get(path);
    if (known !== undefined) return known;
    const source: Source = { file: path, text: this.#text(path) };
    this.tagged ||= source.text.includes('!reset') || source.text.includes('!override');
    const { problems, origins } = this.#context;
    const documents = parseDocuments(source, origins, ({ code, message, offset, length, hint, first }) =>
      problems.error(code, message, {
        ...{ place: placeAt(source, offset, length), hint },
        ...(first !== undefined && {
          related: [{ place: placeAt(source, first, length), message: 'it stands here first' }],
        }),
      }),
    );
    problems.stopIfAny();
    if (documents.length === 0) {
      problems.error('TSC110', `${path} is empty`, {
        place: { file: path, line: 1, column: 1 },
        hint: 'write at least "services" with one service',
      });
    }
    const trees = documents.filter((document): document is Tree => {
      if (isTree(document)) return true;
      problems.error('TSC110', 'a compose file must be a mapping', {
        place: { file: path, line: 1, column: 1 },
        hint: 'begin it with "services:", and indent the services below',
      });
      return false;
    });
    problems.stopIfAny();
    for (const tree of trees) problems.silence(silencedBy(tree));
    this.#read.set(path, trees);
    return trees;
  }

  /** Of a file that was read before; empty for any other. */
  known(path: string): readonly Tree[] {
    return this.#read.get(path) ?? [];
  }

  /** Those of all files so far. */
  get all(): readonly Tree[] {
    return [...this.#read.values()].flat();
  }

  #text(path: string): string {
    if (path === '-') return this.#reader.readStdin();
    const kind = this.#reader.kindOf(path);
    if (kind === 'missing') {
      throw new UserError('TSC105', `there is no file ${path}`, {
        hint: 'check the path, or create the file',
      });
    }
    if (kind === 'directory') {
      throw new UserError('TSC105', `${path} is a folder, not a compose file`, {
        hint: 'name the file in it with -f',
      });
    }
    return this.#reader.readText(path);
  }
}
