import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeLayer, packageLayer, put } from './rootfs.mjs';

const file = (name) => readFileSync(join(dirname(fileURLToPath(import.meta.url)), name), 'utf8');
const environment = (...more) => [...more, 'PATH=/usr/local/bin:/usr/bin:/usr/sbin'];

/** A folder that belongs to the program's user, as a layer of its own. */
function owned(folder, path, mode = 0o755) {
  mkdirSync(join(folder, path), { recursive: true });
  chmodSync(join(folder, path), mode);
  return folder;
}

/**
 * The images: `layers(make)` gives what lies above the userland; `make()` is a new empty folder.
 * `check` is run once after loading, so that a library left out shows there.
 */
export const recipes = {
  busybox: { layers: () => [], config: { Cmd: ['sh'], Env: environment() }, check: 'busybox true' },

  nginx: {
    layers(make) {
      const folder = packageLayer(make(), ['nginx-light']);
      for (const name of ['sites-available', 'sites-enabled', 'modules-enabled', 'nginx.conf']) {
        rmSync(join(folder, 'etc/nginx', name), { recursive: true, force: true });
      }
      put(folder, 'etc/nginx/nginx.conf', file('nginx.conf'));
      put(
        folder,
        'etc/nginx/conf.d/default.conf',
        'server {\n  listen 80 default_server;\n  root /usr/share/nginx/html;\n}\n',
      );
      put(
        folder,
        'usr/share/nginx/html/index.html',
        '<!doctype html><title>It works</title><h1>It works</h1>\n',
      );
      for (const path of ['var/lib/nginx', 'var/log/nginx'])
        mkdirSync(join(folder, path), { recursive: true });
      return [{ folder, owner: 0 }];
    },
    config: {
      Cmd: ['nginx', '-g', 'daemon off;'],
      ExposedPorts: { '80/tcp': {} },
      StopSignal: 'SIGQUIT',
      Env: environment(),
    },
    check: 'nginx -t',
  },

  redis: {
    layers(make) {
      const folder = packageLayer(make(), ['redis-server']);
      for (const name of ['init.d', 'default', 'logrotate.d', 'redis']) {
        rmSync(join(folder, 'etc', name), { recursive: true, force: true });
      }
      put(folder, 'usr/bin/start-redis', file('start-redis.sh'), 0o755);
      return [
        { folder, owner: 0 },
        { folder: owned(make(), 'data'), owner: 999 },
      ];
    },
    config: {
      Entrypoint: ['start-redis'],
      Cmd: ['redis-server'],
      ExposedPorts: { '6379/tcp': {} },
      Volumes: { '/data': {} },
      WorkingDir: '/data',
      Env: environment(),
    },
    check: 'redis-server --version && redis-cli --version',
  },

  postgres: {
    layers(make) {
      const folder = packageLayer(make(), ['postgresql-15', 'postgresql-client-15', 'tzdata']);
      rmSync(join(folder, 'usr/lib/postgresql/15/lib/llvmjit.so'), { force: true });
      rmSync(join(folder, 'var'), { recursive: true, force: true });
      put(folder, 'usr/bin/start-postgres', file('start-postgres.sh'), 0o755);
      mkdirSync(join(folder, 'docker-entrypoint-initdb.d'));
      symlinkSync('15', join(folder, 'usr/lib/postgresql/current'));
      owned(folder, 'run/postgresql', 0o1777);
      const home = make();
      owned(home, 'var/lib/postgresql/data', 0o700);
      owned(home, 'var/lib/postgresql');
      return [
        { folder, owner: 0 },
        { folder: home, owner: 998 },
      ];
    },
    config: {
      Entrypoint: ['start-postgres'],
      Cmd: ['postgres', '-c', 'listen_addresses=*'],
      ExposedPorts: { '5432/tcp': {} },
      StopSignal: 'SIGINT',
      Volumes: { '/var/lib/postgresql/data': {} },
      Env: [
        'PGDATA=/var/lib/postgresql/data',
        'LC_ALL=C.UTF-8',
        'PATH=/usr/lib/postgresql/current/bin:/usr/local/bin:/usr/bin:/usr/sbin',
      ],
    },
    check: 'postgres --version && psql --version && initdb --version',
  },

  node: {
    layers: (make) => [{ folder: nodeLayer(make()), owner: 0 }],
    config: { Cmd: ['node'], WorkingDir: '/srv', Env: environment() },
    check: 'node -e 0',
  },
};
