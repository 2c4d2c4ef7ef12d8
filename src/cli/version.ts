declare const __TSCOMPOSE_VERSION__: string | undefined;

/** The program's version; `dev` when it runs from its sources. */
export function versionText(): string {
  return typeof __TSCOMPOSE_VERSION__ === 'string' ? __TSCOMPOSE_VERSION__ : 'dev';
}
