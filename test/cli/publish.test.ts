import { expect, test } from 'vitest';
import {
  isLiteral,
  isSuspicious,
  leaksIn,
  leaksInLines,
  leaksInTree,
} from '../../src/cli/publish/secrets.ts';
import { replaceValues } from '../../src/yaml/replace.ts';

const kinds = (text: string, key = '') => leaksIn(text, key).map(({ type }) => type);

test.each([
  ['A3TX1234567890ABCDEF', 'AWS Client ID'],
  [`aws"${'12345+67890/'.repeat(3)}abcd"`, 'AWS Secret Key'],
  [`ghp_${'a1'.repeat(18)}`, 'Github authentication'],
  ['-----BEGIN DSA PRIVATE KEY-----\nwxyz+ABC=\n-----END DSA PRIVATE KEY-----', 'Private Key'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.SflKxwRJSMeKKF2QT4fwpM', 'JSON Web Token'],
  ['postgres://app:hunter2@db/app', 'Password in an address'],
])('%j is a secret', (text, kind) => expect(kinds(text)).toEqual([kind]));

test.each([
  'hello',
  `\${TOKEN}`,
  'postgres://app:${PASSWORD}@db/app',
  'https://example.org/a:b@c',
  'a'.repeat(40),
])('%j is none', (text) => expect(kinds(text)).toEqual([]));

test('secrets are named by where they stand', () => {
  const token = `ghp_${'a1'.repeat(18)}`;
  const tree = { services: { a: { environment: [`T=${token}`, 'X=1'], labels: { l: token } } } };
  expect(leaksInTree(tree).map(({ key }) => key)).toEqual([
    'services.a.environment.T',
    'services.a.labels.l',
  ]);
  expect(leaksInLines(`A=1\nexport T=${token}\n`)).toEqual([
    { type: 'Github authentication', key: 'T', value: token },
  ]);
});

test('a name says that a literal value is a secret', () => {
  expect(isSuspicious('MYSQL_ROOT_PASSWORD', 'abc')).toBe(true);
  expect(isSuspicious('API-KEY', 'abc')).toBe(true);
  expect(isSuspicious('DB_PASSWORD', `\${DB_PASSWORD}`)).toBe(false);
  expect(isSuspicious('DB_PASSWORD', '')).toBe(false);
  expect(isSuspicious('HELLO', 'world')).toBe(false);
  expect(isLiteral('$$abc')).toBe(true);
  expect(isLiteral(`key=\${SECRET}`)).toBe(false);
});

test('values are replaced in place, whatever their form; all else stays as it is', () => {
  const text = '# c\na: "x" # one\nb: [ \'y\', z ]\nc: &n w\nd: *n\n';
  const at = (part: string) => text.indexOf(part);
  const edits = [
    { offset: at('a:'), entry: false, value: 'A' },
    { offset: at("'y'"), entry: true, value: 'B' },
    { offset: at('z ]'), entry: true, value: 'C' },
    { offset: at('d:'), entry: false, value: 'D' },
  ];
  expect(replaceValues(text, edits)).toBe('# c\na: A # one\nb: [ B, C ]\nc: &n w\nd: D\n');
});
