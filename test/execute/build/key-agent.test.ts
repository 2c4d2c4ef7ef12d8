import { generateKeyPairSync } from 'node:crypto';
import type { Duplex } from 'node:stream';
import ssh2, { type ParsedKey } from 'ssh2';
import { expect, test } from 'vitest';
import { keyAgent } from '../../../src/execute/build/key-agent.ts';

function pem(): Buffer {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  return Buffer.from(privateKey.export({ type: 'pkcs1', format: 'pem' }));
}

/** A client at the other end of a connection to the agent. */
function clientOf(agent: Duplex) {
  const client = new ssh2.AgentProtocol(true);
  client.pipe(agent).pipe(client);
  return {
    identities: () =>
      new Promise<ParsedKey[]>((done, fail) =>
        client.getIdentities((error, keys) => (error ? fail(error) : done(keys ?? []))),
      ),
    sign: (key: ParsedKey, data: Buffer, hash: 'sha256' | 'sha512') =>
      new Promise<Buffer>((done, fail) =>
        client.sign(key, data, { hash }, (error, signature) =>
          error || signature === undefined ? fail(error ?? new Error('none')) : done(signature),
        ),
      ),
  };
}

test('lists its keys, and signs what the holder of a key signs', async () => {
  const open = await keyAgent([pem(), pem()]);
  const client = clientOf(open());
  const keys = await client.identities();
  expect(keys.map((key) => key.type)).toEqual(['ssh-rsa', 'ssh-rsa']);
  expect(keys.some((key) => key.isPrivateKey())).toBe(false);
  const data = Buffer.from('what the server wants signed');
  for (const key of keys) {
    for (const hash of ['sha256', 'sha512'] as const) {
      const signature = await client.sign(key, data, hash);
      expect(key.verify(data, signature, hash)).toBe(true);
    }
  }
});

test('signs with no key that it was not given', async () => {
  const client = clientOf((await keyAgent([pem()]))());
  const other = clientOf((await keyAgent([pem()]))());
  const [foreign] = await other.identities();
  await expect(client.sign(foreign!, Buffer.from('x'), 'sha256')).rejects.toThrow();
});

test('what is no private key is refused', async () => {
  await expect(keyAgent([Buffer.from('no key')])).rejects.toThrow();
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const open = Buffer.from(publicKey.export({ type: 'pkcs1', format: 'pem' }));
  await expect(keyAgent([open])).rejects.toThrow();
});
