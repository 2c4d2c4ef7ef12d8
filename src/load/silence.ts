import { isTree, type Tree } from '../yaml/tree.ts';

/** Warnings that the files ask to leave out: those with a code, of the whole project or below one path. */
export interface Silenced {
  readonly code: string;
  /** For example `services.web`; empty: everywhere. */
  readonly below: string;
}

/** What `x-tscompose: {ignore: [TSC2xx]}` of a file says, at its top level and in its services. */
export function silencedBy(document: Tree): Silenced[] {
  const services = isTree(document['services']) ? document['services'] : {};
  return [
    ...codesIn(document).map((code) => ({ code, below: '' })),
    ...Object.entries(services).flatMap(([name, service]) =>
      codesIn(service).map((code) => ({ code, below: `services.${name}` })),
    ),
  ];
}

/** The codes that one `x-tscompose` names. */
export function codesIn(holder: unknown): string[] {
  const settings = isTree(holder) ? holder['x-tscompose'] : undefined;
  const listed = isTree(settings) ? settings['ignore'] : undefined;
  const codes: readonly unknown[] = Array.isArray(listed) ? listed : [listed];
  return codes.filter((code): code is string => typeof code === 'string');
}

export function isSilenced(code: string, path: string | undefined, silenced: readonly Silenced[]): boolean {
  return silenced.some((one) => one.code === code && (one.below === '' || isBelow(path ?? '', one.below)));
}

/** Whether a path of the model is another one or leads into it. */
export function isBelow(path: string, top: string): boolean {
  return path === top || (path.startsWith(top) && /^[.[]/.test(path.slice(top.length)));
}
