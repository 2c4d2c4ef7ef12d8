import { parseEvents, YAMLException } from 'js-yaml';
import { Construction, type Report } from './construct.ts';
import type { Origins } from './origins.ts';
import { quickEvents } from './quick.ts';
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
    const offset = error.mark?.position ?? 0;
    const hint = cure(source.text, offset, error.reason);
    report({ code: 'TSC101', message: `not valid YAML: ${error.reason}`, offset, hint });
    return [];
  }
  return new Construction(source, origins, report).documents(events);
}

/** What probably helps: the place is where reading ended, which is rarely where the slip is. */
function cure(text: string, offset: number, reason: string): string | undefined {
  if (reason.includes('tab')) return 'indent with blanks';
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  if (/[:-] +$/.test(line) && /[@`%]/.test(text[offset] ?? '')) return 'put the text in quotes';
  if (/:.*$/.test(line) && /^:(?:\s|$)/.test(text.slice(offset, offset + 2))) {
    return 'put the text in quotes: it contains ": "';
  }
  if (/deficient indentation|unexpected end/.test(reason)) {
    return 'perhaps a bracket or quote above is not closed';
  }
  return reason.includes('indentation') ? 'let the keys of one mapping begin in one column' : undefined;
}

type Events = ReturnType<typeof parseEvents>;
const options = { maxDepth: 500 };

/** Tabs may separate what is inside brackets, which the parser takes for indentation; offsets stay the same. */
function readEvents(text: string): Events {
  const quick = quickEvents(text);
  if (quick !== undefined) return quick;
  try {
    return parseEvents(text, options);
  } catch (error) {
    const tabs =
      error instanceof YAMLException && error.reason === 'deficient indentation' && text.includes('\t');
    if (tabs) return parseEvents(text.replaceAll('\t', ' '), options);
    throw error;
  }
}
