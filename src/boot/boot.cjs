'use strict';
// Starts tscompose: trivial answers at once, everything else from chunks with a checked code cache.
const version = '@VERSION@';
const build = '@BUILD@';
const commands = ['@COMMANDS@'];
/** Parts of our code that are in files.js. */
const inFiles = ['@FILES@'];
const argv = process.argv.slice(2);

// By another name (docker-compose, a plugin of docker) the answer is another one.
const itself = !/(^|[\\/])docker-[^\\/]*$/.test(process.argv[1] ?? '');
if (itself && argv.length === 1 && (argv[0] === 'version' || argv[0] === '--version' || argv[0] === '-v')) {
  printVersion();
} else {
  start();
}

/** Without a stream: making one takes longer than everything else here. */
function printVersion() {
  const text = `tscompose version ${version}\n`;
  try {
    require('node:fs').writeSync(1, text);
  } catch (error) {
    if (error.code === 'EAGAIN') process.stdout.write(text);
    else if (error.code !== 'EPIPE') throw error;
  }
}

function start() {
  const fs = require('node:fs');
  const path = require('node:path');
  const vm = require('node:vm');
  // Flags that change V8 change what its cache may hold.
  const flags = encodeURIComponent([...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ')).slice(
    0,
    100,
  );
  // What a command runs is what its cache holds.
  const command = argv.find((word) => commands.includes(word)) ?? 'none';
  const tag = `${command}-${build}-${process.version}-${process.arch}-${flags}.jsc`;
  const directory = cacheDirectory();
  const fresh = [];
  const loaded = new Map();
  const parts = new Map();

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

  /** V8 does not notice damage, so the file holds everything twice: comparing is faster than any digest. */
  function readChecked(file) {
    try {
      const data = fs.readFileSync(file);
      const half = data.length / 2;
      const body = data.subarray(0, half);
      return half > 0 && body.equals(data.subarray(half)) ? body : undefined;
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
    script.runInThisContext()(module, module.exports, load, __dirname, filename);
    return module.exports;
  }

  /** A part of our own code. */
  function part(name) {
    if (parts.has(name)) return parts.get(name).exports;
    const module = { exports: {} };
    parts.set(name, module);
    const run =
      chunk('main')[name] ??
      (inFiles.includes(name) ? chunk('files')[name] : (chunk('look')[name] ?? chunk('rest')[name]));
    run(module, module.exports, load);
    return module.exports;
  }

  /** What scripts require: parts and scripts, else what Node has. */
  function load(id) {
    if (id.startsWith('./')) return part(id.slice(2));
    return id.startsWith('chunk:') ? chunk(id.slice(6)) : require(id);
  }
  load.chunk = async (id) => {
    const namespace = load(id);
    return namespace.__esModule ? namespace : { ...namespace, default: namespace };
  };

  process.on('exit', () => {
    for (const [script, at] of fresh) {
      try {
        const data = script.createCachedData();
        fs.writeFileSync(`${at}.${process.pid}`, Buffer.concat([data, data]), {
          mode: 0o600,
          flag: 'wx',
        });
        fs.renameSync(`${at}.${process.pid}`, at);
      } catch {
        // No cache: the next start is slower, nothing else.
      }
    }
    if (fresh.length > 0 && directory) removeOld();
  });

  /** Caches of other versions and commands that are long out of use. */
  function removeOld() {
    const month = 30 * 24 * 60 * 60 * 1000;
    for (const name of fs.readdirSync(directory).filter((file) => file.endsWith('.jsc'))) {
      try {
        const at = path.join(directory, name);
        if (Date.now() - fs.statSync(at).mtimeMs > month) fs.unlinkSync(at);
      } catch {
        // Somebody else removed it.
      }
    }
  }

  /** Runs that end soon do so before optimised code pays. The cache was read first: it is tied to V8's flags. */
  function unoptimised() {
    if (fresh.length > 0) return;
    const { setFlagsFromString } = require('node:v8');
    setFlagsFromString('--no-opt');
    if (Number(process.versions.node.split('.')[0]) >= 22) setFlagsFromString('--no-maglev');
  }

  const { main } = part('main.js');
  main(argv, unoptimised).then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      process.stderr.write(`${error?.stack ?? error}\n`);
      process.exitCode = 1;
    },
  );
}
