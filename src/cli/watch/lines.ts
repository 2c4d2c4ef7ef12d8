import { Writable } from 'node:stream';

/** A stream whose whole lines are handed on one by one; what has no end when it is closed is one too. */
export function lineStream(line: (text: string) => void): Writable {
  let open = '';
  return new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      const lines = (open + chunk.toString()).split('\n');
      open = lines.pop() ?? '';
      for (const one of lines) line(one);
      done();
    },
    final: (done) => {
      if (open !== '') line(open);
      open = '';
      done();
    },
  });
}
