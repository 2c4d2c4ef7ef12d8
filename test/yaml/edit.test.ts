import { expect, test } from 'vitest';
import { applyEdits } from '../../src/yaml/edit.ts';

const text = `# head
version: "3" # obsolete
# about services
services:
  web:
    ports:
      # first
      - 22:22 # ssh
      - "80:80"

      # again
      - 22:22
      - target: 5
        published: "5" # end
    cap_add: [A, B, A ]
`;

function at(part: string, last = false): number {
  return last ? text.lastIndexOf(part) : text.indexOf(part);
}

test('removes entries and nothing else', async () => {
  const edited = await applyEdits(text, [
    { kind: 'remove-entry', offset: at('version') },
    { kind: 'remove-entry', offset: at('22:22', true) },
    { kind: 'remove-entry', offset: at('target') },
    { kind: 'remove-entry', offset: at('A ]') },
  ]);
  expect(edited).toBe(`# head
# about services
services:
  web:
    ports:
      # first
      - 22:22 # ssh
      - "80:80"

      # again
    cap_add: [A, B]
`);
});

test('quotes plain scalars', async () => {
  const edited = await applyEdits(text, [{ kind: 'quote', offset: at('22:22') }]);
  expect(edited).toBe(text.replace('22:22 # ssh', '"22:22" # ssh'));
});

test('leaves alone what is not there', async () => {
  expect(await applyEdits(text, [{ kind: 'quote', offset: at('"80') }])).toBe(text);
  expect(await applyEdits(text, [{ kind: 'remove-entry', offset: 3 }])).toBe(text);
});

test('keeps line ends of Windows', async () => {
  const windows = 'services:\r\n  a: {image: a}\r\nversion: "2"\r\n';
  const edited = await applyEdits(windows, [{ kind: 'remove-entry', offset: windows.indexOf('version') }]);
  expect(edited).toBe('services:\r\n  a: {image: a}\r\n');
});
