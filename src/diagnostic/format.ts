import type { Diagnostic } from './diagnostic.ts';
import { formatGithub } from './format-github.ts';
import { formatJson } from './format-json.ts';
import { formatSarif } from './format-sarif.ts';
import { formatText } from './format-text.ts';

export const diagnosticFormats = ['text', 'json', 'github', 'sarif'] as const;
export type DiagnosticFormat = (typeof diagnosticFormats)[number];

/** The format of a name; `text` for any other. */
export function diagnosticFormat(name: string | undefined): DiagnosticFormat {
  return diagnosticFormats.find((format) => format === name) ?? 'text';
}

export interface FormatOptions {
  /** Default: `text`, for people. */
  readonly format?: DiagnosticFormat;
  /** Colours in `text`. */
  readonly color: boolean;
  /** The text of a file that a place names, for the frame; undefined when there is none. */
  readonly readSource: (file: string) => string | undefined;
}

/** The report of all problems, in the order given. Ends with a line break, unless there is nothing to report. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], options: FormatOptions): string {
  switch (options.format ?? 'text') {
    case 'json':
      return formatJson(diagnostics);
    case 'github':
      return formatGithub(diagnostics);
    case 'sarif':
      return formatSarif(diagnostics);
    case 'text':
      return formatText(diagnostics, options);
  }
}
