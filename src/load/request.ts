import type { Diagnostic, Place } from '../diagnostic/diagnostic.ts';
import type { Project } from '../model/project.ts';
import type { StringMap } from '../model/scalars.ts';

/** Where text comes from. The loader reads through this only; `source/files.ts` is the real one. */
export interface Reader {
  /** @throws UserError when there is no such file or it can't be read */
  readText(path: string): string;
  readBytes(path: string): Uint8Array;
  /** 'missing' also when a parent is not a directory. */
  kindOf(path: string): 'file' | 'directory' | 'missing' | 'unreadable';
  /** Whether an existing file may be read; absent: reading tells. */
  canRead?(path: string): boolean;
  /** Follows symbolic links; the path itself if it does not exist. */
  realPath(path: string): string;
  readStdin(): string;
  readonly home: string;
  /** Fetches `git` or `oci` resources; returns the path of a local copy. */
  fetchRemote(reference: string): string;
}

export interface LoadRequest {
  /** Where the tool was started; absolute. */
  readonly workingDir: string;
  /** `-f`; empty: COMPOSE_FILE, else discovery. */
  readonly files: readonly string[];
  readonly projectDirectory?: string;
  readonly projectName?: string;
  /** `--profile`; empty: COMPOSE_PROFILES. */
  readonly profiles: readonly string[];
  /** `--env-file`; empty: COMPOSE_ENV_FILES, else `.env`. */
  readonly envFiles: readonly string[];
  /** The process environment. */
  readonly environment: StringMap;
  /** Services named on the command line; empty: all active ones. */
  readonly services: readonly string[];
  /** With named services: leave out their dependencies. */
  readonly noDeps?: boolean;
  /** With named services: what is wrong with services that they don't need is a warning, and not an error. */
  readonly onlyNeeded?: boolean;
  readonly allResources?: boolean;
  readonly interpolate?: boolean;
  /** False: what is wrong in values is left to whoever reads them. */
  readonly validate?: boolean;
  readonly normalize?: boolean;
  readonly resolvePaths?: boolean;
  readonly resolveEnvironment?: boolean;
  readonly consistency?: boolean;
}

export interface Loaded {
  readonly project: Project;
  /** Warnings; errors are thrown as one InvalidProjectError. */
  readonly diagnostics: readonly Diagnostic[];
  /** Where a model path (`services.web.ports[0]`) was written, with what merged into it, latest last. */
  locate(path: string): readonly Place[];
}
