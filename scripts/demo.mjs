/**
 * Brings the example shop up on this machine, from nothing: dependencies, build, engine, images, services.
 *
 *   npm run demo            bring it up and show it
 *   npm run demo -- down    take away all that the demo made
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ensureImages } from './images/make.mjs';
import { call } from './lib/engine-http.mjs';
import { findEngine } from './lib/find-engine.mjs';
import { stateFolder } from './lib/places.mjs';
import { ensureBuilt, ensureInstalled } from './lib/prepare.mjs';
import { ensureDockerd, startDockerd, stopEngine } from './lib/private-engine.mjs';
import { main, root, run, ScriptError, say } from './lib/run.mjs';

const shop = join(root, 'examples', 'shop');
const state = stateFolder('demo');
const record = join(state, 'made.json');
const engineFolder = join(state, 'e');

/** What the demo has made: `{ host, private, images, port }`. */
const remembered = () => (existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : undefined);

function remember(made) {
  mkdirSync(state, { recursive: true });
  writeFileSync(record, JSON.stringify(made));
}

async function chooseEngine(made) {
  if (made?.private) return { host: await startDockerd(engineFolder), private: true };
  const host = await findEngine();
  if (host) return { host, private: false };
  if (process.env.DOCKER_HOST)
    throw new ScriptError(`No engine answers at DOCKER_HOST=${process.env.DOCKER_HOST}.`);
  ensureDockerd();
  say('Starting a private Docker Engine …');
  return { host: await startDockerd(engineFolder), private: true };
}

/** The wanted port if nobody has it, else one that is free. */
async function freePort(wanted) {
  const listen = (port) =>
    new Promise((done) => {
      const server = createServer().once('error', () => done(undefined));
      server.listen(port, '0.0.0.0', () => {
        const { port: taken } = server.address();
        server.close(() => done(taken));
      });
    });
  return (await listen(wanted)) ?? (await listen(0));
}

const tscompose = (made, args, stdio = ['ignore', 2, 2]) =>
  run(join(root, 'bin', 'tscompose'), args, {
    cwd: shop,
    stdio,
    env: { ...process.env, DOCKER_HOST: made.host, WEB_PORT: String(made.port) },
  });

async function up() {
  await ensureInstalled();
  await ensureBuilt();
  const before = remembered();
  const made = { images: [], port: 0, ...before, ...(await chooseEngine(before)) };
  made.port ||= await freePort(8080);
  remember(made);
  made.images = [
    ...new Set([...made.images, ...(await ensureImages(made.host, ['nginx', 'node', 'postgres', 'redis']))]),
  ];
  remember(made);

  say('\n$ tscompose up -d --wait      (in examples/shop)');
  if ((await tscompose(made, ['up', '-d', '--wait'])) !== 0)
    throw new ScriptError('The shop did not come up: see above.');
  await show(`http://localhost:${made.port}`, made);
}

/** Places an order and prints the page as text. */
async function show(url, made) {
  const get = async (path, options) => (await fetch(url + path, options)).json();
  const html = await (await fetch(url)).text();
  const order = await get('/api/orders', {
    method: 'POST',
    body: JSON.stringify({ product: 3, customer: 'the demo' }),
  });
  const products = await get('/api/products');
  const { orders } = await get('/api/orders');
  const { from } = await get('/api/orders');
  const title = /<h1>(.*?)<\/h1>/.exec(html)?.[1] ?? '';
  const cents = (value) => (Number(value) / 100).toFixed(2).padStart(6);
  const lines = [
    '',
    `GET ${url}`,
    '',
    `  ${title}`,
    `  ${'='.repeat(title.length)}`,
    ...products.map(({ name, cents: price }) => `  ${name.padEnd(18)}${cents(price)}`),
    '',
    `  Orders (read from ${from}; #${order.id} was placed just now)`,
    ...orders
      .slice(0, 5)
      .map(
        (one) => `  #${String(one.id).padEnd(4)}${one.product.padEnd(18)}${one.placed}  for ${one.customer}`,
      ),
    '',
    `Open ${url} in a browser. To look around:`,
    '',
    `  cd examples/shop && export DOCKER_HOST=${made.host} WEB_PORT=${made.port}`,
    '  ../../bin/tscompose ps',
    '  ../../bin/tscompose logs -f api',
    '  ../../bin/tscompose plan',
    '',
    'Take it down with all that it made:  npm run demo -- down',
    '',
  ];
  process.stdout.write(lines.join('\n'));
}

async function down() {
  const made = remembered();
  if (!made) return say('There is nothing to take down.');
  if (made.private) {
    // The engine and all that is in it are the demo's own: containers are ended in order first.
    await startDockerd(engineFolder);
  }
  if ((await tscompose(made, ['down', '-v', '--no-snapshot', '--rmi', 'local'])) !== 0)
    throw new ScriptError('The shop did not go down: see above.');
  if (made.private) await stopEngine(engineFolder);
  else {
    for (const image of [...made.images, 'shop-web', 'shop-api'])
      await call(made.host, 'DELETE', `/images/${image}`);
  }
  rmSync(state, { recursive: true, force: true });
  say('All that the demo made is gone.');
}

await main(([command = 'up', ...rest]) => {
  if (command === 'up' && rest.length === 0) return up();
  if (command === 'down' && rest.length === 0) return down();
  throw new ScriptError('npm run demo, or npm run demo -- down');
});
