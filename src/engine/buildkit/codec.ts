import type { Reader, Writer } from 'protobufjs/minimal.js';

/** How one value is written: protobuf's wire format itself is the library's. */
export interface Kind<T> {
  readonly wire: 0 | 2;
  write(writer: Writer, value: T): void;
  read(reader: Reader): T;
}

/** One field of a message: its number, and how values of it are written and gathered. */
export interface Slot<T> {
  write(writer: Writer, value: T): void;
  readonly no: number;
  /** @param before what earlier occurrences of the field gave */
  read(reader: Reader, before: T | undefined): T;
}

export type Shape = Readonly<Record<string, Slot<unknown>>>;
export type Message<S extends Shape> = {
  readonly [K in keyof S]?: S[K] extends Slot<infer T> ? T : never;
};

export const text: Kind<string> = {
  wire: 2,
  write: (writer, value) => void writer.string(value),
  read: (reader) => reader.string(),
};
export const bytes: Kind<Uint8Array> = {
  wire: 2,
  write: (writer, value) => void writer.bytes(value),
  read: (reader) => reader.bytes(),
};
export const flag: Kind<boolean> = {
  wire: 0,
  write: (writer, value) => void writer.bool(value),
  read: (reader) => reader.bool(),
};
/** Any integer: read as a number, which is exact below 2^53. */
export const integer: Kind<number> = {
  wire: 0,
  write: (writer, value) => void writer.int64(value),
  read: (reader) => Number(reader.int64()),
};
/** Nanoseconds since 1970 and the like: written exactly. */
export const long: Kind<bigint> = {
  wire: 0,
  write: (writer, value) => void writer.int64(value.toString()),
  read: (reader) => BigInt(reader.int64().toString()),
};

/** A message in a message. */
export function nested<S extends Shape>(shape: S): Kind<Message<S>> {
  return {
    wire: 2,
    write: (writer, value) => {
      writer.fork();
      writeFields(shape, value, writer);
      writer.ldelim();
    },
    read: (reader) => {
      const length = reader.uint32();
      return readFields(shape, reader, reader.pos + length);
    },
  };
}

export function one<T>(no: number, kind: Kind<T>): Slot<T> {
  return {
    no,
    write: (writer, value) => {
      writer.uint32((no << 3) | kind.wire);
      kind.write(writer, value);
    },
    read: (reader) => kind.read(reader),
  };
}

export function many<T>(no: number, kind: Kind<T>): Slot<readonly T[]> {
  const slot = one(no, kind);
  return {
    no,
    write: (writer, values) => {
      for (const value of values) slot.write(writer, value);
    },
    read: (reader, before = []) => [...before, kind.read(reader)],
  };
}

/** A map with text keys. */
export function mapOf<T>(no: number, kind: Kind<T>): Slot<Readonly<Record<string, T>>> {
  const entry = { key: one(1, text), value: one(2, kind) };
  const slot = one(no, nested(entry));
  return {
    no,
    write: (writer, values) => {
      for (const [key, value] of Object.entries(values)) slot.write(writer, { key, value });
    },
    read: (reader, before = {}) => {
      const { key = '', value } = slot.read(reader, undefined);
      return value === undefined ? before : { ...before, [key]: value };
    },
  };
}

function writeFields<S extends Shape>(shape: S, message: Message<S>, writer: Writer): void {
  for (const [name, slot] of Object.entries(shape)) {
    const value = message[name];
    if (value !== undefined) slot.write(writer, value);
  }
}

function readFields<S extends Shape>(shape: S, reader: Reader, end: number): Message<S> {
  const byNumber = new Map(Object.entries(shape).map(([name, slot]) => [slot.no, { name, slot }]));
  const found: Record<string, unknown> = {};
  while (reader.pos < end) {
    const tag = reader.uint32();
    const field = byNumber.get(tag >>> 3);
    if (field === undefined) reader.skipType(tag & 7);
    else found[field.name] = field.slot.read(reader, found[field.name]);
  }
  return found as Message<S>;
}

/** Messages to bytes and back. */
export interface Codec {
  encode<S extends Shape>(shape: S, message: Message<S>): Uint8Array;
  /** Fields that the shape does not name are passed over. @param bytes a whole message */
  decode<S extends Shape>(shape: S, bytes: Uint8Array): Message<S>;
}

/** Loads the library of the wire format. */
export async function openCodec(): Promise<Codec> {
  const { Reader, Writer } = (await import('protobufjs/minimal.js')).default;
  return {
    encode: (shape, message) => {
      const writer = Writer.create();
      writeFields(shape, message, writer);
      return writer.finish();
    },
    decode: (shape, data) => {
      const reader = Reader.create(data);
      return readFields(shape, reader, reader.len);
    },
  };
}
