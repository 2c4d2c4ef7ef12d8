import type { OutputSource } from '../../execute/options.ts';
import type { LogLine } from '../../logs/line.ts';
import { shortened } from '../../logs/started.ts';
import type { LogView } from '../logs/view.ts';
import type { Gate } from './gate.ts';

/** Shows what hooks print as lines of their containers' logs: `db-1 ->  | …`. */
export function hookLines(
  view: Pick<LogView, 'write'>,
  gate: Gate,
  { project, shown }: { readonly project: string; readonly shown: (service: string) => boolean },
): (source: OutputSource, text: string) => void {
  const open = new Map<string, string>();
  let last: Promise<void> = Promise.resolve();
  return ({ service, stream, container }, text) => {
    if (!shown(service)) return;
    const name = `${container === undefined ? service : shortened(container, project)} ->`;
    const key = `${name} ${stream}`;
    const lines = `${open.get(key) ?? ''}${text}`.split('\n');
    open.set(key, lines.pop() ?? '');
    const source = { id: `hook ${name}`, name, service, replica: 0 };
    const made = lines.map(
      (line): LogLine => ({
        ...{ source, stream: 'stdout', time: '', whole: true, data: Buffer.from(line.replace(/\r$/, '')) },
      }),
    );
    if (made.length === 0) return;
    last = last.then(() => gate.pass()).then(() => view.write(made));
  };
}
