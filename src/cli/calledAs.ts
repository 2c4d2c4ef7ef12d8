import { basename } from 'node:path';
import type { Options, Terminal } from './command.ts';
import { globalOptions } from './globalOptions.ts';
import { parseFlags } from './parse.ts';

/** How the program was started, and the command line without what belongs to that. */
export interface Called {
  /** For usage lines: `tscompose`, `docker tscompose`, `docker-compose`. */
  readonly program: string;
  /** It stands in for docker compose: scripts that ask for the version mean that one's. */
  readonly asCompose: boolean;
  readonly argv: readonly string[];
  readonly environment: Terminal['environment'];
}

/** Set by the docker client for its plugins. */
const byDocker = 'DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND';

/** Options that the docker client takes before a plugin's name, and hands on. */
const clientOptions: Options = {
  ...globalOptions,
  config: { type: 'string', summary: "Folder of docker's configuration" },
};

/**
 * By its own name, as `docker-compose`, or as a plugin of the docker client (`docker-NAME NAME …`). The client
 * puts its own options before the plugin's name.
 * @param script path that the program was started by
 */
export function calledAs(
  script: string,
  argv: readonly string[],
  environment: Terminal['environment'],
): Called {
  const name = basename(script).replace(/\.(exe|cmd|m?js)$/i, '');
  const docker = environment[byDocker] ?? '';
  const plugin = name.startsWith('docker-') ? name.slice('docker-'.length) : wrapped(argv, docker);
  const asCompose = plugin === 'compose';
  const itself = { program: asCompose ? 'docker-compose' : 'tscompose', asCompose, argv, environment };
  if (plugin === undefined || docker === '') return itself;
  const program = `${basename(docker)} ${plugin}`;
  const [first, second, ...rest] = argv;
  if (first === '__complete' && second === plugin)
    return { program, asCompose, argv: [first, ...rest], environment };
  const { values, args } = parseFlags(clientOptions, argv, false);
  if (args[0] !== plugin) return { ...itself, program };
  const before = argv.slice(0, argv.length - args.length);
  const config = values['config'];
  return {
    ...{ program, asCompose, argv: [...withoutConfig(before), ...args.slice(1)] },
    environment: typeof config === 'string' ? { ...environment, DOCKER_CONFIG: config } : environment,
  };
}

/**
 * The plugin's name where a script of that name starts this program under another one: the client's first
 * word is the plugin's name.
 */
function wrapped(argv: readonly string[], docker: string): string | undefined {
  if (docker === '') return undefined;
  const words = argv[0] === '__complete' ? argv.slice(1) : argv;
  const [first = ''] = parseFlags(clientOptions, words, false).args;
  return ['compose', 'tscompose'].includes(first) ? first : undefined;
}

function withoutConfig(words: readonly string[]): readonly string[] {
  return words.filter(
    (word, i) => word !== '--config' && !word.startsWith('--config=') && words[i - 1] !== '--config',
  );
}
