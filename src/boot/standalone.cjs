'use strict';
// Starts tscompose from the single executable: the version at once, everything else from the program beside it.
const version = '@VERSION@';
const argv = process.argv.slice(2);
// The path inside of the executable stands where node has the script: the name it was called by belongs there.
const inside = Bun.main.slice(0, Math.max(Bun.main.lastIndexOf('/'), Bun.main.lastIndexOf('\\')));
process.argv[1] = process.argv0;

const itself = !/(^|[\\/])docker-[^\\/]*$/.test(process.argv0);
if (itself && argv.length === 1 && (argv[0] === 'version' || argv[0] === '--version' || argv[0] === '-v')) {
  require('node:fs').writeSync(1, `tscompose version ${version}\n`);
} else {
  // Files that lie beside the scripts of the package lie beside the program here.
  globalThis.tscomposeFolder = `${inside}/dist`;
  const { main } = require(`${inside}/app.js`);
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
