import type { Duplex } from 'node:stream';
import type { ParsedKey } from 'ssh2';

/**
 * An SSH agent in this process that holds some private keys. Keys are not handed out: it lists and signs.
 * @returns a function that opens a connection to it
 * @throws Error for what is no private key, or has a passphrase
 */
export async function keyAgent(keys: readonly Buffer[]): Promise<() => Duplex> {
  const { default: ssh2 } = await import('ssh2');
  const parsed = keys.map((key): ParsedKey => {
    const result = ssh2.utils.parseKey(key);
    const one = Array.isArray(result) ? result[0] : result;
    if (one instanceof Error) throw one;
    if (one === undefined || !one.isPrivateKey()) throw new Error('it holds no private key');
    return one;
  });
  return () => {
    const agent = new ssh2.AgentProtocol(false);
    agent.on('identities', (request) => agent.getIdentitiesReply(request, parsed));
    agent.on('sign', (request, wanted, data, options) => {
      const asked = ssh2.utils.parseKey(wanted);
      const id = asked instanceof Error ? undefined : asked.getPublicSSH();
      const key = parsed.find((one) => id !== undefined && one.getPublicSSH().equals(id));
      const signature = key?.sign(data, options.hash);
      if (signature === undefined || signature instanceof Error) agent.failureReply(request);
      else agent.signReply(request, signature);
    });
    return agent;
  };
}
