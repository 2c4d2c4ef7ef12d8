import { type Call, truth } from './functions.ts';
import { templateError } from './lex.ts';
import { plain } from './print.ts';
import type { Branch, Command, Node, Pipe, Value } from './tree.ts';

export interface Scope {
  readonly functions: Readonly<Record<string, Call>>;
  /** Calls a method of the row, as `.Label "key"`; undefined if it has none of that name. */
  readonly method: (name: string, values: readonly unknown[]) => string | undefined;
  /** Fields of the row. */
  readonly known: readonly string[];
}

interface Frame {
  readonly root: unknown;
  readonly dot: unknown;
  readonly variables: Variables;
}

/** Variables of a block; those of the blocks around it are seen and can be set. */
class Variables {
  readonly #own = new Map<string, unknown>();
  readonly #outer: Variables | undefined;

  constructor(outer?: Variables) {
    this.#outer = outer;
  }

  declare(name: string, value: unknown): void {
    this.#own.set(name, value);
  }

  get(name: string): unknown {
    return this.#holder(name).#own.get(name);
  }

  set(name: string, value: unknown): void {
    this.#holder(name).#own.set(name, value);
  }

  #holder(name: string): Variables {
    if (this.#own.has(name)) return this;
    if (this.#outer === undefined) throw templateError(`undefined variable "$${name}"`);
    return this.#outer.#holder(name);
  }
}

/** What a template makes of a row. @throws UserError for fields and functions that are not known */
export function render(branch: Branch, row: unknown, scope: Scope): string {
  const variables = new Variables();
  variables.declare('', row);
  return new Evaluation(scope).branch(branch, { root: row, dot: row, variables }).text;
}

type Jump = 'break' | 'continue' | undefined;

class Evaluation {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  branch(nodes: Branch, frame: Frame): { text: string; jump: Jump } {
    let text = '';
    for (const node of nodes) {
      const made = this.#node(node, frame);
      text += made.text;
      if (made.jump !== undefined) return { text, jump: made.jump };
    }
    return { text, jump: undefined };
  }

  #node(node: Node, frame: Frame): { text: string; jump?: Jump } {
    switch (node.kind) {
      case 'text':
        return { text: node.text };
      case 'print':
        return { text: plain(this.#pipe(node.pipe, frame)) };
      case 'set': {
        const value = this.#pipe(node.pipe, frame);
        if (node.declare) frame.variables.declare(node.name, value);
        else frame.variables.set(node.name, value);
        return { text: '' };
      }
      case 'jump':
        return { text: '', jump: node.to };
      case 'if':
        return this.branch(truth(this.#pipe(node.pipe, frame)) ? node.then : node.otherwise, inner(frame));
      case 'with': {
        const dot = this.#pipe(node.pipe, frame);
        return truth(dot)
          ? this.branch(node.then, inner(frame, dot))
          : this.branch(node.otherwise, inner(frame));
      }
      case 'range':
        return this.#range(node, frame);
    }
  }

  #range(node: Extract<Node, { kind: 'range' }>, frame: Frame): { text: string; jump?: Jump } {
    const entries = entriesOf(this.#pipe(node.pipe, frame));
    if (entries.length === 0) return this.branch(node.otherwise, inner(frame));
    let text = '';
    for (const [key, value] of entries) {
      const within = inner(frame, value);
      const [first, second] = node.names;
      if (second !== undefined) within.variables.declare(second, value);
      if (first !== undefined) within.variables.declare(first, second === undefined ? value : key);
      const made = this.branch(node.then, within);
      text += made.text;
      if (made.jump === 'break') break;
    }
    return { text };
  }

  #pipe(pipe: Pipe, frame: Frame): unknown {
    let result: unknown;
    for (const [i, command] of pipe.entries())
      result = this.#command(command, frame, i === 0 ? [] : [result]);
    return result;
  }

  #command([first, ...rest]: Command, frame: Frame, piped: readonly unknown[]): unknown {
    const values = () => [...rest.map((value) => this.#value(value, frame)), ...piped];
    if (first?.kind === 'word') return this.#call(first.name, values());
    if (first?.kind === 'field' && rest.length + piped.length > 0) {
      const made = this.#scope.method(first.name, values());
      if (made !== undefined) return made;
    }
    if (first === undefined || rest.length + piped.length > 0)
      throw templateError(`can't give an argument to what is no function`);
    return this.#value(first, frame);
  }

  #call(name: string, values: readonly unknown[]): unknown {
    const call = Object.hasOwn(this.#scope.functions, name) ? this.#scope.functions[name] : undefined;
    if (call === undefined) throw templateError(`function ${JSON.stringify(name)} not defined`);
    return call(...values);
  }

  #value(value: Value, frame: Frame): unknown {
    switch (value.kind) {
      case 'literal':
        return value.value;
      case 'dot':
        return frame.dot;
      case 'variable':
        return frame.variables.get(value.name);
      case 'word':
        return this.#call(value.name, []);
      case 'pipe':
        return this.#pipe(value.pipe, frame);
      case 'field':
        return this.#field(this.#value(value.of, frame), value.name, frame);
    }
  }

  #field(of: unknown, name: string, frame: Frame): unknown {
    if (typeof of === 'object' && of !== null && Object.hasOwn(of, name)) return Reflect.get(of, name);
    const fields = of === frame.root ? `; fields: ${this.#scope.known.join(', ')}` : '';
    throw templateError(`can't evaluate field ${name}${fields}`);
  }
}

function inner(frame: Frame, dot: unknown = frame.dot): Frame {
  return { ...frame, dot, variables: new Variables(frame.variables) };
}

/** What a range goes over, with keys: a list, a record, or the numbers below one. */
function entriesOf(value: unknown): readonly (readonly [key: unknown, value: unknown])[] {
  if (Array.isArray(value)) return value.map((item: unknown, i) => [i, item]);
  if (typeof value === 'number') return Array.from({ length: Math.max(0, value) }, (_, i) => [i, i]);
  if (typeof value === 'object' && value !== null) return Object.entries(value);
  if (value === undefined || value === null) return [];
  throw templateError(`range can't go over ${plain(value)}`);
}
