import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

const hmac = (key, text) => createHmac('sha256', key).update(text).digest();

/** The client's side of SCRAM-SHA-256 (RFC 5802 and 7677), as PostgreSQL uses it: the user name stays empty. */
export function scramClient(password) {
  const nonce = randomBytes(18).toString('base64');
  const first = `n=,r=${nonce}`;
  let expected;
  return {
    first: `n,,${first}`,
    /** Answers the server's challenge `r=…,s=…,i=…`. */
    final(challenge) {
      const { r, s, i } = fields(challenge);
      if (!r?.startsWith(nonce)) throw new Error('the server answered with a nonce that is not ours');
      const salted = pbkdf2Sync(password, Buffer.from(s, 'base64'), Number(i), 32, 'sha256');
      const clientKey = hmac(salted, 'Client Key');
      const message = `${first},${challenge},c=biws,r=${r}`;
      const signature = hmac(createHash('sha256').update(clientKey).digest(), message);
      const proof = clientKey.map((byte, index) => byte ^ signature[index]);
      expected = hmac(hmac(salted, 'Server Key'), message);
      return `c=biws,r=${r},p=${Buffer.from(proof).toString('base64')}`;
    },
    /** Checks that the server knows the password as well: `v=…`. */
    verify(answer) {
      const proof = Buffer.from(fields(answer).v ?? '', 'base64');
      if (proof.length !== 32 || !timingSafeEqual(proof, expected)) throw new Error('the server does not know the password');
    },
  };
}

const fields = (text) => Object.fromEntries(text.split(',').map((part) => [part[0], part.slice(2)]));
