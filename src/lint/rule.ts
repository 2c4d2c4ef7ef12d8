import type { Code } from '../diagnostic/codes.ts';
import type { Place } from '../diagnostic/diagnostic.ts';
import type { ProjectEnvironment } from '../load/environment.ts';
import type { Reader } from '../load/request.ts';
import type { Project } from '../model/project.ts';
import type { EngineFeatures } from '../translate/input.ts';
import type { Origins } from '../yaml/origins.ts';
import type { Tree } from '../yaml/tree.ts';

/** The project's files, each as it was parsed. */
export interface Files {
  /** In merge order, then included and extended ones. */
  readonly documents: readonly Tree[];
  readonly origins: Origins;
}

/** The whole project. */
export interface Subject extends Files {
  /** With all services, whatever their profiles. */
  readonly project: Project;
  readonly activeProfiles: readonly string[];
  /** The merged files in long syntax: commands as they were written. */
  readonly tree: Tree;
  readonly environment: ProjectEnvironment;
  readonly reader: Reader;
  /** Of the engine that was asked, or of the newest one. */
  readonly engine: EngineFeatures;
  /** Where a path of the model was written, the latest last. */
  locate(path: string): readonly Place[];
}

export interface Finding {
  readonly code: Code;
  /** Default: a warning. */
  readonly severity?: 'error';
  readonly message: string;
  /** In the model, for example `services.web.ports[0]`. */
  readonly path: string;
  /** Default: the latest place of the path. */
  readonly place?: Place | undefined;
  readonly hint?: string;
  /** Other paths of the model that matter, each with what it is. */
  readonly related?: readonly { readonly path: string; readonly message: string }[];
  readonly fix?: Fix | undefined;
  /** Loading the files tells it: only the fix is new. */
  readonly told?: boolean;
}

/** A change of a file that changes nothing of what it means. Offsets are those of the file as it was read. */
export type Fix =
  | { readonly kind: 'remove-entry'; readonly file: string; readonly offset: number }
  | { readonly kind: 'quote'; readonly file: string; readonly offset: number };

export type Report = (finding: Finding) => void;

/** One thing to look for. */
export type Rule = (subject: Subject, report: Report) => void;

/** One thing to look for that the files show even if they make no project. */
export type FileRule = (files: Files, report: Report) => void;
