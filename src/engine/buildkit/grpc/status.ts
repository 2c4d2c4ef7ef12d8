/** gRPC's status codes, those that are used. */
export const statusCode = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  notFound: 5,
  alreadyExists: 6,
  failedPrecondition: 9,
  unimplemented: 12,
} as const;

/** A call ended with a status other than ok. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  readonly code: number;
  /** google.rpc.Status, encoded. */
  readonly details: Uint8Array | undefined;
  constructor(code: number, message: string, details?: Uint8Array) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
