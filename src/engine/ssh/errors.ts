import { EngineError, type EngineErrorKind } from '../../diagnostic/errors.ts';

/** What ssh prints, what it means, and what helps. */
const causes: readonly {
  readonly words: RegExp;
  readonly kind: EngineErrorKind;
  readonly message: string;
  readonly hint: string;
}[] = [
  {
    words: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    kind: 'denied',
    message: 'the host key is another one than before',
    hint: 'if the machine was set up anew, remove its line from known_hosts: ssh-keygen -R HOST',
  },
  {
    words: /Host key verification failed|No .* host key is known/,
    kind: 'denied',
    message: 'the host key is not known',
    hint: 'log in once with ssh and confirm the key',
  },
  {
    words: /Permission denied|Too many authentication failures|no supported authentication/i,
    kind: 'denied',
    message: 'the login was refused',
    hint: 'a key without a question is needed: ssh-copy-id, or an agent (ssh-add)',
  },
  {
    words: /Could not resolve hostname|Name or service not known/,
    kind: 'unreachable',
    message: 'the host name has no address',
    hint: 'check the name, and Host entries in your ssh configuration',
  },
  {
    words: /Connection refused/,
    kind: 'unreachable',
    message: 'no ssh server listens there',
    hint: 'check the address and port: ssh://user@host:port',
  },
  {
    words: /timed out|No route to host|Network is unreachable/,
    kind: 'unreachable',
    message: 'the machine does not answer',
    hint: 'check the address, the network and the firewall',
  },
  {
    words: /administratively prohibited|forwarding.*(disabled|failed)|cannot listen to/i,
    kind: 'denied',
    message: 'forwarding of sockets is not allowed there',
    hint: 'set AllowStreamLocalForwarding yes in the sshd_config there',
  },
];

/** The error of an ssh process that ended before the connection was up. */
export function explainSsh(address: string, stderr: string): EngineError {
  const cause = causes.find(({ words }) => words.test(stderr));
  const last = stderr.trim().split('\n').at(-1)?.trim() ?? '';
  if (cause === undefined) {
    return new EngineError('unreachable', 'ssh', `${address}: ssh ended${last === '' ? '' : `: ${last}`}`, {
      hint: 'try the same login with ssh',
    });
  }
  const detail = last === '' ? '' : ` (${last})`;
  return new EngineError(cause.kind, 'ssh', `${address}: ${cause.message}${detail}`, { hint: cause.hint });
}
