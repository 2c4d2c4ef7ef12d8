import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { Diagnostic } from '../../src/diagnostic/diagnostic.ts';
import { formatDiagnostics } from '../../src/diagnostic/format.ts';

const files: Readonly<Record<string, string>> = {
  'compose.yaml': 'services:\n  web:\n    prots:\n      - 80\n',
  'base.yaml': 'services:\r\n  web: {}\r\n',
};
const options = { color: false, readSource: (file: string) => files[file] };

const unknown: Diagnostic = {
  code: 'TSC120',
  severity: 'error',
  message: 'services.web has no attribute "prots"',
  place: { file: 'compose.yaml', line: 3, column: 5, length: 5 },
  path: 'services.web.prots',
  hint: 'did you mean "ports"?',
  related: [{ place: { file: 'base.yaml', line: 2, column: 3, length: 3 }, message: 'merged onto this' }],
};
const obsolete: Diagnostic = { code: 'TSC201', severity: 'warning', message: 'version is ignored' };

test('text: place, frame, hint, related places', () => {
  expect(formatDiagnostics([unknown], options)).toBe(`\
compose.yaml:3:5: error TSC120: services.web has no attribute "prots"
    2 |   web:
  > 3 |     prots:
      |     ^^^^^
  hint: did you mean "ports"?
  base.yaml:2:3: merged onto this
    1 | services:
  > 2 |   web: {}
      |   ^^^
`);
});

test('text: several, with a count at the end', () => {
  const text = formatDiagnostics([obsolete, { ...obsolete, code: 'TSC202' }, unknown], {
    ...options,
    readSource: () => undefined,
  });
  expect(text).toBe(`\
warning TSC201: version is ignored
warning TSC202: version is ignored
compose.yaml:3:5: error TSC120: services.web has no attribute "prots"
  hint: did you mean "ports"?
  base.yaml:2:3: merged onto this

1 error, 2 warnings
`);
});

test('text: nothing wrong, nothing said', () => expect(formatDiagnostics([], options)).toBe(''));

test('colours change no text', () => {
  const text = formatDiagnostics([unknown], { ...options, color: true });
  expect(text).toContain('\u001b[31m');
  expect(stripVTControlCharacters(text)).toBe(formatDiagnostics([unknown], options));
});

test('each file is read once', () => {
  const asked: string[] = [];
  formatDiagnostics([unknown, unknown], {
    color: false,
    readSource: (file) => {
      asked.push(file);
      return files[file];
    },
  });
  expect(asked).toEqual(['compose.yaml', 'base.yaml']);
});

test('control characters of a message do not reach the terminal', () => {
  const text = formatDiagnostics([{ ...obsolete, message: 'a\u001b[2Jb\nc' }], options);
  expect(text).toBe('warning TSC201: a\ufffd[2Jb\nc\n');
});

test('json', () => {
  expect(JSON.parse(formatDiagnostics([unknown, obsolete], { ...options, format: 'json' }))).toEqual({
    diagnostics: [
      {
        severity: 'error',
        code: 'TSC120',
        message: 'services.web has no attribute "prots"',
        file: 'compose.yaml',
        line: 3,
        column: 5,
        length: 5,
        path: 'services.web.prots',
        hint: 'did you mean "ports"?',
        related: [{ message: 'merged onto this', file: 'base.yaml', line: 2, column: 3, length: 3 }],
      },
      { severity: 'warning', code: 'TSC201', message: 'version is ignored' },
    ],
  });
});

test('github: one command for each, escaped', () => {
  const odd: Diagnostic = {
    ...obsolete,
    message: '100%\nsure',
    place: { file: 'a,b:c.yaml', line: 1, column: 2 },
  };
  expect(formatDiagnostics([unknown, odd], { ...options, format: 'github' })).toBe(
    '::error file=compose.yaml,line=3,col=5,endColumn=10,title=TSC120%3A an attribute is unknown at this place' +
      '::services.web has no attribute "prots"%0Ahint: did you mean "ports"?\n' +
      '::warning file=a%2Cb%3Ac.yaml,line=1,col=2,title=TSC201%3A an attribute is obsolete and ignored' +
      '::100%25%0Asure\n',
  );
});

test('sarif: rules, places, related places', () => {
  const absolute: Diagnostic = { ...obsolete, place: { file: '/a b/c.yaml', line: 1, column: 1 } };
  const log = JSON.parse(formatDiagnostics([unknown, absolute, obsolete], { ...options, format: 'sarif' }));
  const [run] = log.runs;
  expect(run.tool.driver.rules.map((rule: { id: string }) => rule.id)).toEqual(['TSC120', 'TSC201']);
  expect(run.results[0]).toMatchObject({
    ruleId: 'TSC120',
    ruleIndex: 0,
    level: 'error',
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'compose.yaml' },
          region: { startLine: 3, startColumn: 5, endColumn: 10 },
        },
        logicalLocations: [{ fullyQualifiedName: 'services.web.prots' }],
      },
    ],
    relatedLocations: [{ message: { text: 'merged onto this' } }],
  });
  expect(run.results[1].locations[0].physicalLocation.artifactLocation.uri).toBe('file:///a%20b/c.yaml');
  expect(run.results[2]).not.toHaveProperty('locations');
});
