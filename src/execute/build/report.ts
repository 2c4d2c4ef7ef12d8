import type { BuildFailure, BuildListener, BuildStep } from '../../engine/build-request.ts';
import type { NodeContext } from '../run.ts';
import { excerpt, linesOf } from './lines.ts';

/** Lines of a failed step that its error repeats. */
const lastLines = 15;
/** Milliseconds between two events about bytes. */
const pause = 200;

interface Known {
  /** In the order in which steps begin. */
  number: number;
  step: BuildStep;
  told: 'named' | 'begun' | 'done';
  /** What it printed last. */
  tail: string[];
  /** A line that has not ended yet. */
  rest: string;
}

/** Turns what a builder tells into events, and into text for those who read along. */
export class BuildReport {
  readonly #service: string;
  readonly #image: string;
  readonly #context: Pick<NodeContext, 'tell' | 'notice'>;
  readonly #write: (text: string) => void;
  readonly #steps = new Map<string, Known>();
  readonly #output: string[] = [];
  #current = '';
  #failure: BuildFailure | undefined;
  #toldBytes = 0;
  #begun = 0;

  constructor(
    service: string,
    image: string,
    context: Pick<NodeContext, 'tell' | 'notice'>,
    write: (text: string) => void,
  ) {
    this.#service = service;
    this.#image = image;
    this.#context = context;
    this.#write = write;
  }

  readonly listener: BuildListener = {
    output: (text) => this.#plainOutput(text),
    step: (step) => this.#step(step),
    part: (id, { name, milliseconds }) => {
      const known = this.#steps.get(id);
      if (known !== undefined && known.told !== 'named')
        this.#line(known, `${name} ${seconds(milliseconds)} done`);
    },
    log: (id, text) => this.#log(id, text),
    sent: (bytes) => this.#sent(bytes),
    warning: (message, line) =>
      this.#context.notice(
        'warning',
        `service "${this.#service}": ${line === undefined ? '' : `Dockerfile:${line}: `}${message}`,
      ),
    failed: (failure) => {
      this.#failure = failure;
    },
  };

  /** `5 steps, 3 cached`; '' for builders that know no steps. */
  get summary(): string {
    const real = [...this.#steps.values()].filter(({ step }) => countOf(step.name) !== undefined);
    const cached = real.filter(({ step }) => step.cached).length;
    if (real.length === 0) return '';
    return `${real.length} step${real.length === 1 ? '' : 's'}${cached > 0 ? `, ${cached} cached` : ''}`;
  }

  /**
   * What helps to understand a failure: the lines of the Dockerfile, and what the failed step printed last.
   * @param shown name of the Dockerfile for people
   */
  explanation(shown: string, dockerfile: string, message: string): string {
    const failed = [...this.#steps.values()].find(({ step }) => step.error !== undefined);
    const place =
      this.#failure ??
      linesOf(dockerfile, message) ??
      linesOf(dockerfile, failed?.step.name ?? this.#current);
    const text = this.#failure?.dockerfile ?? dockerfile;
    const tail = (failed === undefined ? this.#output : [...failed.tail, failed.rest])
      .filter((line) => line.trim() !== '')
      .slice(-lastLines);
    return [
      ...(place === undefined ? [] : [`  ${shown}:${place.first}`, excerpt(text, place)]),
      ...(tail.length === 0 ? [] : ['  last output of the step:', ...tail.map((line) => `    ${line}`)]),
    ].join('\n');
  }

  #plainOutput(text: string): void {
    this.#write(text);
    for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
      if (/^step /i.test(line)) {
        this.#current = line;
        this.#output.length = 0;
        this.#context.tell('Working', 'Building', { details: line.replace(/^step /i, '') });
      } else if (!/^ ---> |^Removing intermediate container /.test(line)) {
        this.#output.push(withoutColour(line));
        if (this.#output.length > lastLines) this.#output.shift();
      }
    }
  }

  #step(step: BuildStep): void {
    const known = this.#steps.get(step.id) ?? {
      ...{ number: 0, step, told: 'named' as const, tail: [], rest: '' },
    };
    this.#steps.set(step.id, known);
    known.step = step;
    if (step.started === undefined && !step.cached) return;
    if (known.told === 'named') {
      known.told = 'begun';
      this.#begun++;
      known.number = this.#begun;
      this.#line(known, step.name);
      this.#tellStep(known, 'Working', 'Running');
    }
    if (known.told !== 'begun') return;
    const milliseconds = step.completed === undefined ? 0 : step.completed - (step.started ?? step.completed);
    if (step.error !== undefined) {
      known.told = 'done';
      if (known.rest !== '') this.#line(known, known.rest);
      this.#line(known, `ERROR: ${step.error}`);
      this.#tellStep(known, 'Error', 'Error', milliseconds);
    } else if (step.cached) {
      known.told = 'done';
      this.#line(known, 'CACHED');
      this.#tellStep(known, 'Done', 'Cached');
    } else if (step.completed !== undefined) {
      known.told = 'done';
      if (known.rest !== '') this.#line(known, known.rest);
      this.#line(known, `DONE ${seconds(milliseconds)}`);
      this.#tellStep(known, 'Done', 'Done', milliseconds);
    }
  }

  #tellStep(known: Known, status: 'Working' | 'Done' | 'Error', text: string, milliseconds?: number): void {
    const { name } = known.step;
    this.#context.tell(status, text, {
      ...{ id: name, parentId: `Image ${this.#image}` },
      ...(milliseconds !== undefined && { milliseconds: Math.round(milliseconds) }),
    });
    const count = countOf(name);
    if (count === undefined || status !== 'Working') return;
    const cached = [...this.#steps.values()].filter(({ step }) => step.cached && countOf(step.name)).length;
    const details = `${name}${cached > 0 ? ` (${cached} cached)` : ''}`;
    this.#context.tell('Working', 'Building', { details });
  }

  #log(id: string, text: string): void {
    const known = this.#steps.get(id);
    if (known === undefined) return;
    const lines = `${known.rest}${text}`.split('\n');
    known.rest = lines.pop() ?? '';
    for (const line of lines) {
      // Of a line that is drawn over, the last picture counts.
      const last = line.replace(/\r+$/, '').split('\r').at(-1) ?? '';
      this.#line(known, last);
      known.tail.push(withoutColour(last));
      if (known.tail.length > lastLines) known.tail.shift();
    }
  }

  #sent(bytes: number): void {
    const now = Date.now();
    if (now - this.#toldBytes < pause) return;
    this.#toldBytes = now;
    this.#context.tell('Working', 'Sending', {
      ...{ id: 'build context', parentId: `Image ${this.#image}`, current: bytes },
    });
  }

  #line({ number }: Known, text: string): void {
    this.#write(`${this.#service} #${number} ${text}\n`);
  }
}

/** `2/5` of `[web 2/5] RUN make`; undefined for what is no instruction. */
function countOf(name: string): string | undefined {
  return /^\[(?:[^\]]*\s)?(\d+\/\d+)\]/.exec(name)?.[1];
}

function withoutColour(line: string): string {
  return line.replace(/\u001b\[[0-9;]*m/g, '');
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)}s`;
}
