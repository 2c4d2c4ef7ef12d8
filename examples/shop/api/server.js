import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connectPostgres } from './postgres.js';
import { connectRedis } from './redis.js';

const { DATABASE_HOST, DATABASE_NAME, DATABASE_USER, DATABASE_PASSWORD_FILE, CACHE_HOST } = process.env;

const database = await connectPostgres({
  host: DATABASE_HOST,
  database: DATABASE_NAME,
  user: DATABASE_USER,
  password: readFileSync(DATABASE_PASSWORD_FILE, 'utf8').trim(),
});
const cache = await connectRedis({ host: CACHE_HOST });

// Without its connections the API is of no use: end, and be started again by the engine.
for (const connection of [database, cache]) {
  connection.closed.then((reason) => {
    console.error(`lost ${connection.name}: ${reason}`);
    process.exit(1);
  });
}

const recent = `
  select purchase.id, product.name as product, customer, to_char(placed, 'YYYY-MM-DD HH24:MI:SS') as placed
  from shop.purchase join shop.product on product.id = purchase.product_id
  order by purchase.id desc limit 20`;

/** Newest first, from Redis while it knows them, else from PostgreSQL. */
async function orders() {
  const cached = await cache.command('GET', 'orders');
  if (cached) return { from: 'Redis', orders: JSON.parse(cached) };
  const rows = await database.query(recent);
  await cache.command('SET', 'orders', JSON.stringify(rows), 'EX', '60');
  return { from: 'PostgreSQL', orders: rows };
}

/** PostgreSQL holds the order; Redis numbers the visitor's requests and forgets the list that is out of date. */
async function placeOrder({ product, customer }) {
  const [row] = await database.query(
    'insert into shop.purchase (product_id, customer) values ($1, $2) returning id',
    [String(product), String(customer || 'guest').slice(0, 40)],
  );
  const today = await cache.command('INCR', 'orders:placed');
  await cache.command('DEL', 'orders');
  return { id: Number(row.id), sinceStart: today };
}

const routes = {
  'GET /health': async () => {
    await Promise.all([database.query('select 1'), cache.command('PING')]);
    return { ok: true };
  },
  'GET /api/products': () => database.query('select id, name, cents from shop.product order by id'),
  'GET /api/orders': orders,
  'POST /api/orders': placeOrder,
};

async function body(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > 10_000) throw new Error('too long');
  }
  return text ? JSON.parse(text) : {};
}

const server = createServer(async (request, response) => {
  const send = (status, value) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(value)}\n`);
  };
  const handler = routes[`${request.method} ${request.url.split('?')[0]}`];
  if (!handler) return send(404, { error: 'no such page' });
  try {
    send(request.method === 'POST' ? 201 : 200, await handler(await body(request)));
  } catch (error) {
    console.error(`${request.method} ${request.url}: ${error.message}`);
    send(error.code?.startsWith('23') || error.code?.startsWith('22') ? 400 : 500, { error: error.message });
  }
});
server.listen(3000, () => console.log('api listens on port 3000'));

process.once('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
