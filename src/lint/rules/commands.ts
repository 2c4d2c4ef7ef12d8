import { cutOf } from '../../util/shellwords.ts';
import { isTree, type Tree } from '../../yaml/tree.ts';
import type { Report, Rule } from '../rule.ts';

const hooks = ['pre_start', 'post_start', 'pre_stop'] as const;

/** TSC215: no shell reads a command that is written as text, and what follows `|`, `;`, `&` or `>` is lost. */
export const cutCommands: Rule = ({ tree }, report) => {
  const services = isTree(tree['services']) ? tree['services'] : {};
  for (const [name, service] of Object.entries(services)) {
    if (!isTree(service)) continue;
    const path = `services.${name}`;
    for (const key of ['command', 'entrypoint'] as const) check(service, key, `${path}.${key}`, report);
    for (const key of hooks) {
      const list: readonly unknown[] = Array.isArray(service[key]) ? service[key] : [];
      for (const [i, hook] of list.entries())
        if (isTree(hook)) check(hook, 'command', `${path}.${key}[${i}].command`, report);
    }
  }
};

function check(holder: Tree, key: string, path: string, report: Report): void {
  const line = holder[key];
  const cut = typeof line === 'string' ? cutOf(line) : undefined;
  if (typeof line !== 'string' || cut === undefined) return;
  const lost = line.slice(cut).trim();
  if (lost === ';') return;
  report({
    code: 'TSC215',
    message: `${path} ends before ${JSON.stringify(clip(lost))}: no shell runs it, and "${lost[0]}" cuts it off`,
    path,
    hint: 'for a shell write ["sh", "-c", "…"]; for the character itself put it in quotes',
  });
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
