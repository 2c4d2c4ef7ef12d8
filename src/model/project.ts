import type { Place } from '../diagnostic/diagnostic.ts';
import type { Extensions, StringMap } from './scalars.ts';
import type { Service } from './service.ts';

/**
 * A loaded project: what all compose files of a group of services say, in canonical form. Selection
 * has been applied: `services` holds what is active, `disabledServices` what an inactive profile or the
 * command line left out.
 */
export interface Project {
  readonly name: string;
  /** Absolute path; relative paths of the files have been resolved against it. */
  readonly workingDir: string;
  /** Absolute paths of the compose files, in merge order. `-` is standard input. */
  readonly configFiles: readonly string[];
  /** Absolute paths given by `--env-file`; empty if the default `.env` was used. */
  readonly environmentFiles: readonly string[];
  /** The variables that interpolation used: shell over env files. */
  readonly environment: StringMap;
  readonly activeProfiles: readonly string[];
  readonly services: Readonly<Record<string, Service>>;
  readonly disabledServices: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, Network>>;
  readonly volumes: Readonly<Record<string, Volume>>;
  readonly configs: Readonly<Record<string, FileObject>>;
  readonly secrets: Readonly<Record<string, FileObject>>;
  readonly models: Readonly<Record<string, Model>>;
  /** Images by digest, for builds that start from them: by reference as a Dockerfile writes it. From the lock. */
  readonly lockedImages?: StringMap;
  /** Where the files say what is at a path such as `services.web.build`; absent: it was not read from files. */
  readonly locate?: (path: string) => Place | undefined;
  /** Top-level `x-*`. */
  readonly extensions: Extensions;
}

/** A top-level network. `name` is the engine's name. */
export interface Network extends Extensions {
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: StringMap;
  readonly ipam: Ipam;
  readonly external?: boolean;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly labels?: StringMap;
  readonly enable_ipv4?: boolean;
  readonly enable_ipv6?: boolean;
}

export interface Ipam extends Extensions {
  readonly driver?: string;
  readonly config?: readonly IpamPool[];
  readonly options?: StringMap;
}

export interface IpamPool extends Extensions {
  readonly subnet?: string;
  readonly gateway?: string;
  readonly ip_range?: string;
  readonly aux_addresses?: StringMap;
}

/** A top-level volume. `name` is the engine's name. */
export interface Volume extends Extensions {
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: StringMap;
  readonly external?: boolean;
  readonly labels?: StringMap;
}

/** A top-level config or secret: exactly one source of content, unless external or of a driver. */
export interface FileObject extends Extensions {
  readonly name: string;
  readonly file?: string;
  /** Name of the variable of `Project.environment` that holds the content. */
  readonly environment?: string;
  readonly content?: string;
  readonly external?: boolean;
  readonly labels?: StringMap;
  readonly driver?: string;
  readonly driver_opts?: StringMap;
  readonly template_driver?: string;
}

export interface Model extends Extensions {
  readonly name?: string;
  readonly model?: string;
  readonly context_size?: number;
  readonly runtime_flags?: readonly string[];
}
