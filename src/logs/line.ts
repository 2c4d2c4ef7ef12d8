/** A line of a container's log. */
export interface LogLine {
  readonly source: LogSource;
  readonly stream: 'stdout' | 'stderr';
  /** When the engine got it: RFC 3339 in UTC with nine digits, so that texts sort as times do. '' if unknown. */
  readonly time: string;
  /** Without the line's end. */
  readonly data: Uint8Array;
  /** False: the line goes on in the next piece of the same stream. */
  readonly whole: boolean;
}

/** The container that a line comes from. */
export interface LogSource {
  readonly id: string;
  /** As the prefix shows it. */
  readonly name: string;
  readonly service: string;
  readonly replica: number;
}
