import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../lib/places.mjs';
import { capture, has, isRoot, ScriptError, say } from '../lib/run.mjs';

/**
 * Packages of a dependency closure that an image of one program can do without: what maintainer scripts, logins,
 * Perl wrappers and PostgreSQL's JIT compiler need. No maintainer script runs here.
 */
const unneeded = new RegExp(
  `^(${[
    'adduser|debconf|dpkg|init-system-helpers|lsb-base|netbase|passwd|sensible-utils|sysvinit-utils|tar|ucf|usrmerge',
    'perl|perl-base|perl-modules-.*|libperl.*|lib(json|file-find-rule|number-compare|text-glob)-perl|libgdbm.*|libdb5.*',
    'locales|libc-l10n|readline-common|gcc-\\d+-base|openssl|ssl-cert|postgresql(-client)?-common',
    'libllvm.*|libz3-4|iproute2|libbpf1|libelf1|libmnl0|libxtables12|libcap2-bin',
    'libpam-modules.*|libaudit-common|libsemanage.*|libsepol2',
  ].join('|')})$`,
);

const left = ['doc', 'man', 'locale', 'lintian', 'bug', 'icu'].map((name) => `--exclude=./usr/share/${name}`);

/**
 * Unpacks Debian packages and what they depend on into a folder. Reads this machine's apt configuration,
 * changes nothing on the machine.
 */
export function unpackPackages(folder, packages) {
  const cache = cacheFolder('debs');
  const scratch = mkdtempSync(join(tmpdir(), 'tscompose-apt-'));
  try {
    const files = resolvePackages(scratch, packages);
    const missing = files.filter(({ file, size }) => !isThere(join(cache, file), size));
    if (missing.length > 0) {
      say(`  fetching ${missing.length} Debian packages …`);
      const names = missing.map(({ file }) => file.split('_')[0]);
      capture('apt-get', [...options(scratch), '-o', 'APT::Sandbox::User=root', 'download', ...names], {
        cwd: cache,
      });
    }
    for (const { file } of files) unpack(join(cache, file), folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const isThere = (path, size) => existsSync(path) && statSync(path).size === size;

/** With an empty list of installed packages, apt names the whole closure. */
function options(scratch) {
  writeFileSync(join(scratch, 'status'), '');
  return [
    '-qq',
    '-y',
    '-o',
    `Dir::State::status=${scratch}/status`,
    '-o',
    'Debug::NoLocking=1',
    '--no-install-recommends',
  ];
}

function resolvePackages(scratch, packages) {
  if (!has('apt-get') || !has('dpkg-deb')) {
    throw new ScriptError(
      'The example images are made from Debian packages: apt-get and dpkg-deb are needed, and not here.',
    );
  }
  const print = () => capture('apt-get', [...options(scratch), '--print-uris', 'install', ...packages]);
  let output;
  try {
    output = print();
  } catch (error) {
    if (!isRoot || aptListsAreFresh()) throw error;
    say('  apt-get update …');
    capture('apt-get', ['-qq', 'update']);
    output = print();
  }
  return output
    .split('\n')
    .map((line) => /^'.*' (\S+) (\d+) /.exec(line))
    .filter((match) => match && !unneeded.test(match[1].split('_')[0]))
    .map(([, file, size]) => ({ file, size: Number(size) }));
}

function aptListsAreFresh() {
  const folder = '/var/lib/apt/lists';
  const newest = readdirSync(folder).filter((name) => name.endsWith('_Packages') || name.endsWith('.lz4'));
  return newest.some((name) => Date.now() - statSync(join(folder, name)).mtimeMs < 60_000);
}

function unpack(deb, folder) {
  const skip = [...left, '--exclude=./lib/systemd', '--exclude=*/bitcode/*']
    .map((part) => `'${part}'`)
    .join(' ');
  const line = `dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --no-same-owner ${skip}`;
  const result = spawnSync('bash', ['-o', 'pipefail', '-c', line, 'unpack', deb, folder], {
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new ScriptError(`${deb} cannot be unpacked: ${result.stderr}`);
}
