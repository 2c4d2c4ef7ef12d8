declare const __TSCOMPOSE_VERSION__: string | undefined;

/** The version of docker compose whose commands, flags and outputs these are. */
const composeVersion = '5.5.0';

/** The program's version; `dev` when it runs from its sources. */
export function versionText(): string {
  return typeof __TSCOMPOSE_VERSION__ === 'string' ? __TSCOMPOSE_VERSION__ : 'dev';
}

/**
 * The line of `version` and `--version`. Scripts that call docker compose compare its number.
 * @param asCompose it was called by docker compose's name
 */
export function versionLine(asCompose: boolean): string {
  return asCompose
    ? `Docker Compose version v${composeVersion} (tscompose ${versionText()})\n`
    : `tscompose version ${versionText()}\n`;
}

/** The number alone, without a `v`. */
export function versionNumber(asCompose: boolean): string {
  return asCompose ? composeVersion : versionText();
}
