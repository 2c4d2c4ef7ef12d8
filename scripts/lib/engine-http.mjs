import { createReadStream, readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { ScriptError } from './run.mjs';

/** How to reach `unix://…`, `tcp://…` (with DOCKER_CERT_PATH: TLS) or `http://…`. */
function target(host) {
  if (host.startsWith('unix://'))
    return { request: httpRequest, options: { socketPath: host.slice(7), host: 'engine' } };
  const url = new URL(host.replace(/^tcp:/, 'http:'));
  const certificates = process.env.DOCKER_CERT_PATH;
  const options = { host: url.hostname, port: url.port || (certificates ? 2376 : 2375) };
  if (!certificates) return { request: httpRequest, options };
  const read = (name) => readFileSync(join(certificates, name));
  return {
    request: httpsRequest,
    options: { ...options, ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') },
  };
}

/**
 * One call of the Engine API. `body` may be an object (sent as JSON) or a file path in `file`.
 * @returns status and the text of the answer
 */
export function call(host, method, path, { body, file, timeout = 120_000 } = {}) {
  const { request, options } = target(host);
  const headers = body
    ? { 'content-type': 'application/json' }
    : file
      ? { 'content-type': 'application/x-tar' }
      : {};
  return new Promise((done, fail) => {
    const sent = request({ ...options, method, path, headers, timeout }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk) => (text += chunk));
      answer.once('error', fail);
      answer.once('end', () => done({ status: answer.statusCode, text, json: () => JSON.parse(text) }));
    });
    sent.once('timeout', () => sent.destroy(new Error(`no answer within ${timeout / 1000} s`)));
    sent.once('error', fail);
    if (file) createReadStream(file).once('error', fail).pipe(sent);
    else sent.end(body ? JSON.stringify(body) : undefined);
  });
}

/** Like `call`, but any status above 299 is an error. @returns the parsed answer, if there is one */
export async function ask(host, method, path, options) {
  const { status, text } = await call(host, method, path, options);
  if (status > 299) throw new ScriptError(`${method} ${path} on ${host}: ${status} ${text.trim()}`);
  return text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text;
}

/** Whether an engine answers there. */
export async function answers(host) {
  try {
    return (await call(host, 'GET', '/_ping', { timeout: 3000 })).status === 200;
  } catch {
    return false;
  }
}

/** Loads a docker-archive; both engines report failures inside a successful answer. */
export async function loadArchive(host, file) {
  const { status, text } = await call(host, 'POST', '/images/load?quiet=1', { file });
  if (status > 299 || /"error"/.test(text))
    throw new ScriptError(`the engine refused ${file}: ${text.trim()}`);
}

/** @returns the image's id, or undefined */
export async function imageId(host, reference) {
  const { status, text } = await call(host, 'GET', `/images/${reference}/json`);
  return status === 200 ? JSON.parse(text).Id : undefined;
}
