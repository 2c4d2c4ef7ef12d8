import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { capture } from '../lib/run.mjs';
import { unpackPackages } from './packages.mjs';

/** Writes a file of an image, with its folder. */
export function put(folder, path, text, mode = 0o644) {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  rmSync(full, { force: true });
  writeFileSync(full, text);
  chmodSync(full, mode);
}

/** Debian packages unpacked, with /bin, /sbin and /lib laid over /usr as on an installed system. */
export function packageLayer(folder, packages) {
  unpackPackages(folder, packages);
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    const path = join(folder, name);
    if (!existsSync(path) || lstatSync(path).isSymbolicLink()) continue;
    cpSync(path, join(folder, 'usr', name), { recursive: true, verbatimSymlinks: true });
    rmSync(path, { recursive: true });
    symlinkSync(`usr/${name}`, path);
  }
  return folder;
}

const accounts = [
  ['root', 0, '/root'],
  ['www-data', 33, '/var/www'],
  ['postgres', 998, '/var/lib/postgresql'],
  ['redis', 999, '/data'],
  ['app', 1000, '/srv'],
  ['nobody', 65534, '/nonexistent'],
];

/** The lowest layer of every image: a static busybox as shell and userland, accounts, the usual folders. */
export function userlandLayer(folder, scratch) {
  unpackPackages(scratch, ['busybox-static']);
  const bin = join(folder, 'usr/bin');
  mkdirSync(bin, { recursive: true });
  // Other files of the package have this name too: the program is the one in /bin.
  copyFileSync(join(scratch, 'bin/busybox'), join(bin, 'busybox'));
  chmodSync(join(bin, 'busybox'), 0o755);
  for (const applet of capture(join(bin, 'busybox'), ['--list']).split('\n')) {
    if (applet && applet !== 'busybox') linkSync(join(bin, 'busybox'), join(bin, applet));
  }
  for (const path of [
    'usr/sbin',
    'usr/lib',
    'usr/lib64',
    'etc',
    'proc',
    'sys',
    'dev',
    'root',
    'run',
    'srv',
    'var/log',
    'var/tmp',
    'var/www',
  ]) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  mkdirSync(join(folder, 'tmp'));
  for (const path of ['tmp', 'var/tmp']) chmodSync(join(folder, path), 0o1777);
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(folder, name));
  symlinkSync('/run', join(folder, 'var/run'));
  const line = ([name, id, home]) =>
    `${name}:x:${id}:${id}:${name}:${home}:${id === 65534 ? '/bin/false' : '/bin/sh'}\n`;
  put(folder, 'etc/passwd', accounts.map(line).join(''));
  put(folder, 'etc/group', accounts.map(([name, id]) => `${name}:x:${id}:\n`).join(''));
  put(folder, 'etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n');
  return folder;
}

/** This machine's Node with the libraries that it is linked with, and those that glibc loads at run time. */
export function nodeLayer(folder) {
  const node = realpathSync(process.execPath);
  const linked = capture('ldd', [node]).match(/\/\S+/g) ?? [];
  const triplet = dirname(linked.find((path) => path.includes('libc.so.6')) ?? '/lib/x');
  const late = ['libnss_dns.so.2', 'libnss_files.so.2', 'libresolv.so.2'].map((name) => join(triplet, name));
  for (const path of [...linked, ...late]) {
    if (!existsSync(path)) continue;
    const target = join(folder, path.replace(/^\/lib/, '/usr/lib'));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(realpathSync(path), target);
  }
  mkdirSync(join(folder, 'usr/bin'), { recursive: true });
  copyFileSync(node, join(folder, 'usr/bin/node'));
  chmodSync(join(folder, 'usr/bin/node'), 0o755);
  return folder;
}
