import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { answers } from './engine-http.mjs';

/** The engine address of the current docker context, if one is chosen. */
function contextHost() {
  const folder = process.env.DOCKER_CONFIG || join(homedir(), '.docker');
  const read = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {});
  const name = process.env.DOCKER_CONTEXT || read(join(folder, 'config.json')).currentContext;
  if (!name || name === 'default') return undefined;
  const id = createHash('sha256').update(name).digest('hex');
  return read(join(folder, 'contexts', 'meta', id, 'meta.json')).Endpoints?.docker?.Host;
}

/** @returns the address of the engine to use, or undefined; the places tscompose itself looks at first */
export async function findEngine() {
  if (process.env.DOCKER_HOST)
    return (await answers(process.env.DOCKER_HOST)) ? process.env.DOCKER_HOST : undefined;
  const runtime = process.env.XDG_RUNTIME_DIR || `/run/user/${process.getuid()}`;
  const places = [
    contextHost(),
    'unix:///var/run/docker.sock',
    `unix://${runtime}/docker.sock`,
    'unix:///run/podman/podman.sock',
    `unix://${runtime}/podman/podman.sock`,
    `unix://${homedir()}/.docker/run/docker.sock`,
    `unix://${homedir()}/.colima/default/docker.sock`,
    `unix://${homedir()}/.orbstack/run/docker.sock`,
    `unix://${homedir()}/.rd/docker.sock`,
  ];
  for (const host of places) if (host?.match(/^(unix|tcp):/) && (await answers(host))) return host;
  return undefined;
}
