import type { Plan, PlannedRequest } from '../../plan/plan.ts';

/** What a changing command does with its plan instead of just executing it. */
export type Planning =
  | {
      /** Shows it and changes nothing. */
      readonly kind: 'show';
      readonly format: 'text' | 'json';
      /** A file to write it to. */
      readonly output?: string | undefined;
      /** End with 2 if there is something to do. */
      readonly tellPending: boolean;
      readonly request?: PlannedRequest;
    }
  | {
      /** Executes it if it is the plan of this file. */
      readonly kind: 'expect';
      readonly plan: Plan;
      readonly file: string;
    };
