import { parseEvents, YAMLException } from 'js-yaml';
import { Construction, type Report } from './construct.ts';
import type { Origins } from './origins.ts';
import type { Source } from './source.ts';

/**
 * Reads all documents of a file as plain values. Problems go to `report`; what can be built is still
 * returned, so that later stages can find more.
 */
export function parseDocuments(source: Source, origins: Origins, report: Report): unknown[] {
  let events: ReturnType<typeof parseEvents>;
  try {
    events = parseEvents(source.text, { maxDepth: 500 });
  } catch (error) {
    if (error instanceof YAMLException) {
      report({
        code: 'TSC101',
        message: `not valid YAML: ${error.reason}`,
        offset: error.mark?.position ?? 0,
      });
      return [];
    }
    throw error;
  }
  return new Construction(source, origins, report).documents(events);
}
