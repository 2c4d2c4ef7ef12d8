import { describe, expect, test } from 'vitest';
import { connectionError, kindOf, messageOf, refusal } from '../../src/engine/http/errors.ts';

describe('what an answer means', () => {
  test.each([
    [404, 'No such container: x', 'not-found'],
    [404, 'page not found', 'unsupported'],
    [404, 'Not Found', 'unsupported'],
    [409, 'anything', 'conflict'],
    [400, 'bad parameter', 'invalid'],
    [401, 'login', 'denied'],
    [403, 'network web has active endpoints', 'conflict'],
    [403, 'not allowed', 'denied'],
    [501, 'not here', 'unsupported'],
    [503, 'This node is not a swarm manager', 'unsupported'],
    [500, 'container name "a" is already in use', 'conflict'],
    [500, 'container abc has dependent containers which must be removed before it', 'conflict'],
    [500, 'can only kill running containers. abc is in state exited: container state improper', 'conflict'],
    [500, 'network name x already used: network already exists', 'conflict'],
    [500, 'no such container', 'not-found'],
    [500, 'disk on fire', 'other'],
  ])('%i %s → %s', (status, message, kind) => {
    expect(kindOf(status, message)).toBe(kind);
  });

  test('messages of both engines, and of proxies', () => {
    expect(messageOf('{"message":"a"}')).toBe('a');
    expect(messageOf('{"cause":"c","message":"m","response":500}')).toBe('m');
    expect(messageOf('<html>502</html>')).toBe('<html>502</html>');
    expect(refusal('GET /x', 502, '').message).toContain('502');
  });

  test.each([
    ['EACCES', 'denied', /permission/],
    ['ENOENT', 'unreachable', /no such socket/],
    ['ECONNREFUSED', 'unreachable', /nothing listens/],
    ['ENOTFOUND', 'unreachable', /no address/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'unreachable', /ca\.pem/],
  ])('%s', (code, kind, message) => {
    const error = connectionError('GET /_ping', 'unix:///x', Object.assign(new Error('e'), { code }));
    expect(error).toMatchObject({ kind, message: expect.stringMatching(message), hint: expect.any(String) });
  });
});
