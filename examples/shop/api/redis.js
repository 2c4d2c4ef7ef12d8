import { once } from 'node:events';
import { connect } from 'node:net';

/** A Redis connection that speaks RESP: commands are answered in the order in which they were sent. */
export async function connectRedis({ host, port = 6379 }) {
  const socket = connect({ host, port });
  await once(socket, 'connect');
  const waiting = [];
  let input = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    input = Buffer.concat([input, chunk]);
    for (let reply = parse(input); reply; reply = parse(input)) {
      input = input.subarray(reply.length);
      const { resolve, reject } = waiting.shift();
      if (reply.value instanceof Error) reject(reply.value);
      else resolve(reply.value);
    }
  });
  return {
    name: 'Redis',
    closed: new Promise((resolve) => {
      socket.on('error', (error) => resolve(error.message));
      socket.on('close', () => resolve('connection closed'));
    }),
    command(...words) {
      const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
      socket.write(`*${words.length}\r\n${parts.join('')}`);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
  };
}

/** One reply at the start of the buffer with its length, or undefined until it is whole. */
function parse(buffer) {
  const end = buffer.indexOf('\r\n');
  if (end < 0) return undefined;
  const text = buffer.toString('utf8', 1, end);
  const length = end + 2;
  switch (String.fromCharCode(buffer[0])) {
    case '+':
      return { value: text, length };
    case '-':
      return { value: new Error(text), length };
    case ':':
      return { value: Number(text), length };
    default: {
      const size = Number(text);
      if (size < 0) return { value: null, length };
      if (buffer.length < length + size + 2) return undefined;
      return { value: buffer.toString('utf8', length, length + size), length: length + size + 2 };
    }
  }
}
