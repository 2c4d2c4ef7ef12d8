import type { Options } from './command.ts';

/** Options before the command's name: docker compose's own, then those of the docker client. */
export const globalOptions = {
  'all-resources': { type: 'boolean', summary: 'Include resources that no service uses' },
  ansi: {
    type: 'string',
    default: 'auto',
    choices: ['never', 'always', 'auto'],
    summary: 'When to print control characters: never, always or auto',
  },
  compatibility: { type: 'boolean', summary: 'Name containers with underscores, as Compose v1 did' },
  diagnostics: {
    type: 'string',
    choices: ['text', 'json', 'github', 'sarif'],
    summary: 'How errors and warnings are printed: text, json, github or sarif',
  },
  'dry-run': { type: 'boolean', summary: 'Show what would be done and change nothing' },
  'env-file': { type: 'strings', complete: 'file', summary: 'Read variables from this file instead of .env' },
  file: {
    short: 'f',
    type: 'strings',
    complete: 'file',
    summary: 'Compose file; several are merged in order',
  },
  grace: {
    type: 'string',
    default: 'smart',
    choices: ['smart', 'always'],
    summary: "Stops: don't wait for processes that ignore the signal (smart), or always wait",
  },
  health: {
    type: 'string',
    default: 'eager',
    choices: ['eager', 'engine'],
    summary:
      "Waits for health: run the service's own check until it passes (eager), or leave it to the engine",
  },
  locked: {
    type: 'boolean',
    summary: 'Refuse to run anything that is not exactly as compose.lock says',
  },
  'lock-timeout': {
    type: 'number',
    placeholder: 'seconds',
    summary:
      'How long to wait while another command changes the project: 0 for not at all (default: until it ends)',
  },
  parallel: { type: 'number', summary: 'Most operations at one time, -1 for no limit' },
  profile: { type: 'strings', complete: 'profile', summary: 'Enable this profile' },
  progress: {
    type: 'string',
    choices: ['auto', 'tty', 'plain', 'json', 'quiet'],
    summary: 'How progress is shown: auto, tty, plain, json or quiet',
  },
  'project-directory': {
    type: 'string',
    complete: 'directory',
    summary: 'Resolve relative paths from here (default: folder of the first compose file)',
  },
  'project-name': { short: 'p', type: 'string', complete: 'project', summary: 'Name of the project' },
  'pull-retries': {
    type: 'number',
    placeholder: 'int',
    summary: 'Tries after a pull or push that was disturbed (default 3)',
  },
  context: {
    short: 'c',
    type: 'string',
    complete: 'context',
    summary: 'Docker context that names the engine',
  },
  debug: {
    short: 'D',
    type: 'boolean',
    aliases: ['verbose'],
    summary: 'Print stack traces and details',
  },
  host: { short: 'H', type: 'string', summary: 'Address of the engine' },
  'log-level': {
    short: 'l',
    type: 'string',
    choices: ['debug', 'info', 'warn', 'error', 'fatal'],
    summary: 'debug: as --debug; error or fatal: no warnings about the files',
  },
  tls: { type: 'boolean', summary: 'Speak TLS; --tlsverify does so too' },
  tlscacert: {
    type: 'string',
    complete: 'file',
    summary: 'Trust certificates that are signed with this one',
  },
  tlscert: { type: 'string', complete: 'file', summary: 'Certificate to show to the engine' },
  tlskey: { type: 'string', complete: 'file', summary: "The certificate's key" },
  tlsverify: { type: 'boolean', summary: 'Speak TLS and verify the engine' },
  'insecure-registry': {
    type: 'strings',
    hidden: true,
    summary: 'Speak to this registry without proof of who it is, or over plain HTTP',
  },
  'no-ansi': { type: 'boolean', hidden: true, summary: 'Same as --ansi never' },
  version: { short: 'v', type: 'boolean', hidden: true, summary: 'Print the version' },
  workdir: { type: 'string', hidden: true, complete: 'directory', summary: 'Same as --project-directory' },
} as const satisfies Options;
