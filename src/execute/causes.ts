import type { Cause, Dossier } from './dossier.ts';

interface Rule {
  readonly kind: Cause['kind'];
  readonly when: (message: string, dossier: Known) => boolean;
  readonly text: string;
  readonly hint: string;
}

type Known = Pick<Dossier, 'exitCode' | 'oomKilled' | 'probes' | 'log' | 'health'>;

const says =
  (...words: readonly RegExp[]) =>
  (message: string): boolean =>
    words.some((word) => word.test(message));

/** First match wins: what the engine says comes before what an exit code suggests. */
const rules: readonly Rule[] = [
  {
    kind: 'out-of-memory',
    when: (_, { oomKilled }) => oomKilled,
    text: 'it used more memory than it may',
    hint: 'raise mem_limit (deploy.resources.limits.memory), or let it use less',
  },
  {
    kind: 'port-taken',
    when: says(/port is already allocated/i, /address already in use/i, /ports are not available/i),
    text: 'a published port is taken by another process or container',
    hint: 'publish another port, or end what uses it',
  },
  {
    kind: 'no-space',
    when: says(/no space left on device/i),
    text: 'the engine has no disk space left',
    hint: 'free space on the machine of the engine: unused images and volumes take most',
  },
  {
    kind: 'missing-command',
    when: says(
      /executable file not found/i,
      /no such file or directory.*(exec|stat)/i,
      /exec.*no such file or directory/i,
    ),
    text: 'the command is not in the image',
    hint: 'check command and entrypoint; a script also needs its interpreter in the image',
  },
  {
    kind: 'not-executable',
    when: says(/exec.*permission denied/i),
    text: 'the command is there, but may not be executed',
    hint: 'chmod +x the file, or start it through its interpreter',
  },
  {
    kind: 'wrong-architecture',
    when: says(/exec format error/i),
    text: 'the program is for another processor, or a script without a #! line',
    hint: 'set platform, or add the first line to the script',
  },
  {
    kind: 'missing-mount',
    when: says(/bind source path does not exist/i, /error (while )?mounting/i, /not a directory.*mount/i),
    text: 'something that is mounted is not there, or is a file where a directory is expected',
    hint: 'check the paths under volumes, configs and secrets on the machine of the engine',
  },
  {
    kind: 'name-taken',
    when: says(/container name .* is already in use/i),
    text: 'another container has this name',
    hint: 'remove or rename that one, or change container_name or the name of the project',
  },
  {
    kind: 'missing-user',
    when: says(/unable to find (user|group)/i, /no matching entries in (passwd|group) file/i),
    text: 'the image has no such user or group',
    hint: 'give user as a number, or use a name from /etc/passwd of the image',
  },
  {
    kind: 'missing-network',
    when: says(/network .* not found/i),
    text: 'a network of the container is gone',
    hint: 'run up again; it makes the network anew',
  },
  {
    kind: 'missing-command',
    when: (_, { exitCode }) => exitCode === 127,
    text: 'the shell did not find a command (exit 127)',
    hint: 'the last log line names it',
  },
  {
    kind: 'not-executable',
    when: (_, { exitCode }) => exitCode === 126,
    text: 'a command could not be executed (exit 126)',
    hint: 'the last log line names it',
  },
  {
    kind: 'killed',
    when: (_, { exitCode }) => exitCode === 137,
    text: 'it was killed (exit 137)',
    hint: 'often memory: look at the limits of the service and of the machine',
  },
  {
    kind: 'probe-broken',
    when: (_, { health, probes }) =>
      health === 'unhealthy' &&
      probes.length > 0 &&
      probes.every(
        ({ exitCode, output }) => exitCode === 127 || /not found|no such file|executable file/i.test(output),
      ),
    text: 'the health check itself can not run: its command is not in the image',
    hint: 'use a command that the image has in healthcheck.test',
  },
];

/** The likely cause of a failure, from the engine's words and the container's end; undefined if nothing fits. */
export function likelyCause(message: string, known: Known): Cause | undefined {
  const rule = rules.find(({ when }) => when(message, known));
  return rule && { kind: rule.kind, text: rule.text, hint: rule.hint };
}
