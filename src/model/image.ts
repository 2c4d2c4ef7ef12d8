import type { HealthcheckBody } from './bodies.ts';

/** What an image brings by itself, as far as containers inherit it. */
export interface ImageConfig {
  readonly env: readonly string[];
  readonly cmd: readonly string[] | null;
  readonly entrypoint: readonly string[] | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly workingDir: string;
  readonly user: string;
  readonly stopSignal: string;
  /** What `CMD-SHELL` runs in; absent: `/bin/sh -c`. */
  readonly shell?: readonly string[];
  readonly healthcheck: HealthcheckBody | undefined;
}
