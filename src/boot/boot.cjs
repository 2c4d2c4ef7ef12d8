'use strict';
// Starts tscompose: trivial answers at once, everything else from chunks with a checked code cache.
const version = '@VERSION@';
const build = '@BUILD@';
const argv = process.argv.slice(2);

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}

// By another name (docker-compose, a plugin of docker) the answer is another one.
const itself = !/(^|[\\/])docker-[^\\/]*$/.test(process.argv[1] ?? '');
if (itself && argv.length === 1 && (argv[0] === 'version' || argv[0] === '--version' || argv[0] === '-v')) {
  process.stdout.write(`tscompose version ${version}\n`);
} else {
  start();
}

function start() {
  const fs = require('node:fs');
  const path = require('node:path');
  const vm = require('node:vm');
  const { createHash } = require('node:crypto');
  const digest = (data) => createHash('sha256').update(data).digest();
  const flags = digest([...process.execArgv, process.env.NODE_OPTIONS ?? ''].join('\0'))
    .toString('hex')
    .slice(0, 8);
  const tag = `${build}-${process.version}-${process.arch}-${flags}.jsc`;
  const directory = cacheDirectory();
  const fresh = [];
  const loaded = new Map();

  /** A folder that only we can write, since what lies in it is run; undefined: go without. */
  function cacheDirectory() {
    try {
      const home = process.env.XDG_CACHE_HOME || (process.env.HOME && path.join(process.env.HOME, '.cache'));
      if (!home || !path.isAbsolute(home)) return undefined;
      const at = path.join(home, 'tscompose');
      // Not recursive: that never returns for a home below /proc (Node 20).
      for (const folder of [home, at]) if (!fs.existsSync(folder)) fs.mkdirSync(folder, { mode: 0o700 });
      const stat = fs.lstatSync(at);
      const ours =
        process.getuid === undefined || (stat.uid === process.getuid() && (stat.mode & 0o077) === 0);
      return stat.isDirectory() && ours ? at : undefined;
    } catch {
      return undefined;
    }
  }

  /** V8 does not notice a damaged byte, so the file starts with our own digest. */
  function readChecked(file) {
    try {
      const data = fs.readFileSync(file);
      const body = data.subarray(32);
      return digest(body).equals(data.subarray(0, 32)) ? body : undefined;
    } catch {
      return undefined;
    }
  }

  function chunk(name) {
    if (loaded.has(name)) return loaded.get(name).exports;
    const filename = path.join(__dirname, `${name}.js`);
    const source = fs.readFileSync(filename, 'latin1');
    const at = directory && path.join(directory, `${name}-${tag}`);
    const cachedData = at && readChecked(at);
    const script = new vm.Script(source, { filename, cachedData });
    if (at && (!cachedData || script.cachedDataRejected)) fresh.push([script, at]);
    const module = { exports: {} };
    loaded.set(name, module);
    const load = (id) => (id.startsWith('chunk:') ? chunk(id.slice(6)) : require(id));
    load.chunk = async (other) => {
      const namespace = chunk(other);
      return namespace.__esModule ? namespace : { ...namespace, default: namespace };
    };
    script.runInThisContext()(module, module.exports, load, __dirname, filename);
    return module.exports;
  }

  process.on('exit', () => {
    for (const [script, at] of fresh) {
      try {
        const data = script.createCachedData();
        fs.writeFileSync(`${at}.${process.pid}`, Buffer.concat([digest(data), data]), {
          mode: 0o600,
          flag: 'wx',
        });
        fs.renameSync(`${at}.${process.pid}`, at);
      } catch {
        // No cache: the next start is slower, nothing else.
      }
    }
  });

  const { main } = chunk('main');
  // Short pure runs end before optimised code pays. The cache was read first: it is tied to V8's flags.
  const pure = argv.some((word) => word === 'config' || word === 'lint' || word === 'schema');
  if (pure && fresh.length === 0) {
    const { setFlagsFromString } = require('node:v8');
    setFlagsFromString('--no-opt');
    if (Number(process.versions.node.split('.')[0]) >= 22) setFlagsFromString('--no-maglev');
  }
  main(argv).then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      process.stderr.write(`${error?.stack ?? error}\n`);
      process.exitCode = 1;
    },
  );
}
