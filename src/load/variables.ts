import type { Origin } from '../yaml/origins.ts';
import type { VariableUse } from './template.ts';

/** A variable, and a value that uses it. */
export interface VariableUseAt extends VariableUse {
  /** In the model, for example `services.web.image`. */
  readonly path: string;
  readonly origin: Origin | undefined;
}
