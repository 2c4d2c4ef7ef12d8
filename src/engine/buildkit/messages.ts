import { bytes, flag, integer, long, many, mapOf, nested, one, text } from './codec.ts';

/** Messages of BuildKit's control API and of its sessions, with the fields that are used here. */
const timestamp = { seconds: one(1, integer), nanos: one(2, integer) };
export type Timestamp = { readonly seconds?: number; readonly nanos?: number };

const position = { line: one(1, integer), character: one(2, integer) };
const range = { start: one(1, nested(position)), end: one(2, nested(position)) };
const sourceInfo = { filename: one(1, text), data: one(2, bytes) };

export const solveRequest = {
  ref: one(1, text),
  exporter: one(3, text),
  exporterAttrs: mapOf(4, text),
  session: one(5, text),
  frontend: one(6, text),
  frontendAttrs: mapOf(7, text),
  cache: one(
    8,
    nested({
      exports: many(4, nested({ type: one(1, text), attrs: mapOf(2, text) })),
      imports: many(5, nested({ type: one(1, text), attrs: mapOf(2, text) })),
    }),
  ),
  entitlements: many(9, text),
  internal: one(11, flag),
};
export const solveResponse = { exporterResponse: mapOf(1, text) };
export const statusRequest = { ref: one(1, text) };

export const vertex = {
  digest: one(1, text),
  inputs: many(2, text),
  name: one(3, text),
  cached: one(4, flag),
  started: one(5, nested(timestamp)),
  completed: one(6, nested(timestamp)),
  error: one(7, text),
};
export const statusResponse = {
  vertexes: many(1, nested(vertex)),
  statuses: many(
    2,
    nested({
      id: one(1, text),
      vertex: one(2, text),
      name: one(3, text),
      current: one(4, integer),
      total: one(5, integer),
      started: one(7, nested(timestamp)),
      completed: one(8, nested(timestamp)),
    }),
  ),
  logs: many(3, nested({ vertex: one(1, text), stream: one(3, integer), data: one(4, bytes) })),
  warnings: many(
    4,
    nested({
      vertex: one(1, text),
      level: one(2, integer),
      short: one(3, bytes),
      detail: many(4, bytes),
      url: one(5, text),
      info: one(6, nested(sourceInfo)),
      ranges: many(7, nested(range)),
    }),
  ),
};

/** A request to the front end itself, through the gateway of a build that is open. */
export const gatewaySolveRequest = {
  frontend: one(2, text),
  frontendOpt: mapOf(3, text),
  allowResultReturn: one(5, flag),
  allowResultArrayRef: one(6, flag),
};
export const gatewaySolveResponse = { result: one(3, nested({ metadata: mapOf(10, bytes) })) };
export const returnRequest = { result: one(1, nested({ metadata: mapOf(10, bytes) })) };

/** google.rpc.Status in the trailer `grpc-status-details-bin`. */
export const rpcStatus = {
  code: one(1, integer),
  message: one(2, text),
  details: many(3, nested({ typeUrl: one(1, text), value: one(2, bytes) })),
};

/** Messages that hold one name or one piece of data. */
export const named = { id: one(1, text) };
export const data = { data: one(1, bytes) };
export const credentials = { username: one(1, text), secret: one(2, text) };
export const health = { status: one(1, integer) };

/** An entry of a folder, as BuildKit's file sync tells it. */
const stat = {
  path: one(1, text),
  mode: one(2, integer),
  uid: one(3, integer),
  gid: one(4, integer),
  size: one(5, integer),
  modTime: one(6, long),
  linkname: one(7, text),
  devmajor: one(8, integer),
  devminor: one(9, integer),
};
export const packet = {
  type: one(1, integer),
  stat: one(2, nested(stat)),
  id: one(3, integer),
  data: one(4, bytes),
};
export const packetType = { stat: 0, request: 1, data: 2, fin: 3, error: 4 } as const;

/** containerd's content service: blobs of a cache that is kept here. */
const blobInfo = { digest: one(1, text), size: one(2, integer) };
export const blobRequest = { digest: one(1, text), offset: one(2, integer), size: one(3, integer) };
export const blobInfoResponse = { info: one(1, nested(blobInfo)) };
export const blobReadResponse = { offset: one(1, integer), data: one(2, bytes) };
export const blobWriteRequest = {
  action: one(1, integer),
  ref: one(2, text),
  total: one(3, integer),
  expected: one(4, text),
  offset: one(5, integer),
  data: one(6, bytes),
};
export const blobWriteResponse = {
  action: one(1, integer),
  offset: one(4, integer),
  total: one(5, integer),
  digest: one(6, text),
};
export const writeAction = { stat: 0, write: 1, commit: 2 } as const;
