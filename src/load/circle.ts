import type { Services } from './project.ts';

/** The first circle of dependencies, its first service repeated at the end; empty if there is none. */
export function findCircle(services: Services): readonly string[] {
  const done = new Set<string>();
  for (const start of Object.keys(services)) {
    const path: string[] = [];
    const onPath = new Set<string>();
    const frames: { readonly name: string; readonly rest: string[] }[] = [];
    const enter = (name: string): void => {
      path.push(name);
      onPath.add(name);
      frames.push({ name, rest: Object.keys(services[name]?.depends_on ?? {}) });
    };
    if (!done.has(start)) enter(start);
    while (frames.length > 0) {
      const frame = frames.at(-1)!;
      const next = frame.rest.shift();
      if (next === undefined) {
        frames.pop();
        path.pop();
        onPath.delete(frame.name);
        done.add(frame.name);
      } else if (onPath.has(next)) {
        return [...path.slice(path.indexOf(next)), next];
      } else if (!done.has(next) && Object.hasOwn(services, next)) {
        enter(next);
      }
    }
  }
  return [];
}
