/**
 * Scalars of the canonical form. Values keep the text that `config` prints, so that the model can be
 * printed and hashed as it stands; `util/duration.ts` and `util/bytes.ts` turn them into numbers.
 */

/** A Go duration such as `1m30s`. */
export type DurationText = string;
/** A decimal number of bytes, as text. */
export type BytesText = string;
/** A mapping of strings; what has no value is "". */
export type StringMap = Readonly<Record<string, string>>;
/** A mapping in which null means "named, but without a value". */
export type NullableMap = Readonly<Record<string, string | null>>;
/** `x-*` keys, kept as they were written. They are never printed below the top level. */
export type Extensions = { readonly [key: `x-${string}`]: unknown };
