import { once } from 'node:events';
import { connect } from 'node:net';
import { scramClient } from './scram.js';

const int16 = (value) => Buffer.from([(value >> 8) & 255, value & 255]);
const int32 = (value) => Buffer.from([(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
const text = (value) => Buffer.from(`${value}\0`);
const sized = (value) => [int32(Buffer.byteLength(value)), Buffer.from(value)];

/** A message of PostgreSQL's protocol 3: a letter, the length, the content. */
function message(type, ...parts) {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(content.length + 4), content]);
}

/** One PostgreSQL connection; queries run one after another, values are text. */
export async function connectPostgres({ host, port = 5432, user, database, password }) {
  const socket = connect({ host, port });
  await once(socket, 'connect');
  const messages = readMessages(socket);
  const start = Buffer.concat([int32(196608), text('user'), text(user), text('database'), text(database), text('')]);
  socket.write(Buffer.concat([int32(start.length + 4), start]));
  await authenticate(socket, messages, scramClient(password));

  let last = Promise.resolve();
  return {
    name: 'PostgreSQL',
    closed: new Promise((resolve) => {
      socket.on('error', (error) => resolve(error.message));
      socket.on('close', () => resolve('connection closed'));
    }),
    /** @returns the rows as objects, all values as text or null */
    query(sql, values = []) {
      const result = last.then(() => exchange(socket, messages, sql, values));
      last = result.catch(() => {});
      return result;
    },
  };
}

async function authenticate(socket, messages, scram) {
  for (;;) {
    const { type, content } = await next(messages);
    if (type === 'Z') return;
    if (type === 'E') throw serverError(content);
    if (type !== 'R') continue;
    const step = content.readInt32BE(0);
    const rest = content.toString('utf8', 4);
    if (step === 10) socket.write(message('p', text('SCRAM-SHA-256'), ...sized(scram.first)));
    else if (step === 11) socket.write(message('p', Buffer.from(scram.final(rest))));
    else if (step === 12) scram.verify(rest);
    else if (step !== 0) throw new Error(`the server asks for an authentication that is not supported (${step})`);
  }
}

async function exchange(socket, messages, sql, values) {
  const parameters = values.flatMap((value) => (value === null ? [int32(-1)] : sized(value)));
  socket.write(
    Buffer.concat([
      message('P', text(''), text(sql), int16(0)),
      message('B', text(''), text(''), int16(0), int16(values.length), ...parameters, int16(0)),
      message('D', Buffer.from('P'), text('')),
      message('E', text(''), int32(0)),
      message('S'),
    ]),
  );
  let names = [];
  let failure;
  const rows = [];
  for (;;) {
    const { type, content } = await next(messages);
    if (type === 'T') names = columnNames(content);
    else if (type === 'D') rows.push(row(names, content));
    else if (type === 'E') failure = serverError(content);
    else if (type === 'Z') {
      if (failure) throw failure;
      return rows;
    }
  }
}

async function next(messages) {
  const { value, done } = await messages.next();
  if (done) throw new Error('PostgreSQL closed the connection');
  return value;
}

async function* readMessages(socket) {
  let input = Buffer.alloc(0);
  for await (const chunk of socket) {
    input = Buffer.concat([input, chunk]);
    while (input.length >= 5 && input.length > input.readInt32BE(1)) {
      const end = input.readInt32BE(1) + 1;
      yield { type: String.fromCharCode(input[0]), content: input.subarray(5, end) };
      input = input.subarray(end);
    }
  }
}

function columnNames(content) {
  const names = [];
  for (let at = 2; names.length < content.readInt16BE(0); ) {
    const end = content.indexOf(0, at);
    names.push(content.toString('utf8', at, end));
    at = end + 19;
  }
  return names;
}

function row(names, content) {
  let at = 2;
  const value = () => {
    const size = content.readInt32BE(at);
    at += 4;
    if (size < 0) return null;
    at += size;
    return content.toString('utf8', at - size, at);
  };
  return Object.fromEntries(names.map((name) => [name, value()]));
}

/** Fields of an error: a letter and text each; C is the SQLSTATE, M the message. */
function serverError(content) {
  const fields = Object.fromEntries(
    content.toString('utf8').split('\0').filter(Boolean).map((field) => [field[0], field.slice(1)]),
  );
  return Object.assign(new Error(fields.M), { code: fields.C });
}
