/** What `explain` and docs/diagnostics.md say about a code. */
export interface Explanation {
  /** Why it is a problem and what to do about it. */
  readonly text: string;
  /** Files that show it, by name; a text alone is compose.yaml. */
  readonly example: string | Readonly<Record<string, string>>;
  /** The command that tells it; default: `lint`. */
  readonly command?: readonly string[];
  /** The engine that it takes, where not every engine is meant. */
  readonly apiVersion?: string;
}
