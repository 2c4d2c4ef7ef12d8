import { parseEvents, YAMLException } from 'js-yaml';
import { Construction, type Report } from './construct.ts';
import type { Origins } from './origins.ts';
import type { Source } from './source.ts';

/**
 * Reads all documents of a file as plain values. Problems go to `report`; what can be built is still
 * returned, so that later stages can find more.
 */
export function parseDocuments(source: Source, origins: Origins, report: Report): unknown[] {
  let events: Events;
  try {
    events = readEvents(source.text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    report({ code: 'TSC101', message: `not valid YAML: ${error.reason}`, offset: error.mark?.position ?? 0 });
    return [];
  }
  return new Construction(source, origins, report).documents(events);
}

type Events = ReturnType<typeof parseEvents>;
const options = { maxDepth: 500 };

/** Tabs may separate what is inside brackets, which the parser takes for indentation; offsets stay the same. */
function readEvents(text: string): Events {
  try {
    return parseEvents(text, options);
  } catch (error) {
    const tabs =
      error instanceof YAMLException && error.reason === 'deficient indentation' && text.includes('\t');
    if (tabs) return parseEvents(text.replaceAll('\t', ' '), options);
    throw error;
  }
}
