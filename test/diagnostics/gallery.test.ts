import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, test } from 'vitest';
import { type Code, codes } from '../../src/diagnostic/codes.ts';
import { explanations, filesOf } from '../../src/diagnostic/explain/all.ts';
import { explainAll } from '../../src/diagnostic/explain/format.ts';
import { problemsOf, type Showcase } from '../support/showcase.ts';

const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

function showcase(name: string): Showcase {
  const folder = join(import.meta.dirname, name);
  const file = join(folder, 'case.json');
  return { folder, ...(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}) };
}

describe('broken files and what is said about them', () => {
  test.each(folders)('%s', async (name) => {
    const { text } = await problemsOf(showcase(name));
    await expect(text).toMatchFileSnapshot(join(import.meta.dirname, name, 'message.txt'));
  });

  test('there are many, and every code is among them', () => {
    expect(folders.length).toBeGreaterThanOrEqual(80);
    const all = folders.map((name) => readFileSync(join(import.meta.dirname, name, 'message.txt'), 'utf8'));
    const shown = new Set(all.join('\n').match(/\bTSC\d{3}(?=:)/g));
    expect(Object.keys(codes).filter((code) => !shown.has(code))).toEqual([]);
    expect([...shown].filter((code) => !(code in codes))).toEqual([]);
  });
});

const schema: unknown = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../schemas/diagnostics.json'), 'utf8'),
);
const isValid = new Ajv2020({ allErrors: true }).compile(schema as object);

test('as JSON, all of them follow the schema', async () => {
  for (const name of folders) {
    const { json } = await problemsOf(showcase(name));
    isValid(JSON.parse(json));
    expect(isValid.errors, name).toBeNull();
  }
});

test('the schema refuses what is no report', () => {
  expect(isValid({ diagnostics: [{ code: 'TSC101', severity: 'fatal', message: 'x' }] })).toBe(false);
  expect(isValid({ diagnostics: [{ code: 'TSC101', severity: 'error', message: 'x', line: 1 }] })).toBe(
    false,
  );
});

describe('the page of codes', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'tsc-'));
  afterAll(() => rmSync(scratch, { recursive: true }));

  test.each(Object.keys(codes) as Code[])('the example of %s shows it', async (code) => {
    const { command, apiVersion, ...explanation } = explanations[code];
    const folder = mkdtempSync(join(scratch, `${code}-`));
    for (const [name, text] of Object.entries(filesOf(explanation))) writeFileSync(join(folder, name), text);
    const { text } = await problemsOf({
      folder,
      ...(command !== undefined && { command }),
      ...(apiVersion !== undefined && { apiVersion }),
    });
    expect(text).toContain(`${code}: `);
  });

  test('docs/diagnostics.md is what `explain` knows', async () => {
    const page = `# Errors and warnings, by code\n\nA code keeps its meaning for ever. \`tscompose explain CODE\` prints the same in a terminal, \`tscompose lint\` looks for all of them.\nTSC1xx are errors of files, TSC2xx warnings, TSC3xx what an engine can't do. Warnings are silenced by \`x-tscompose: {ignore: [TSC2xx]}\` at the top level of a file or in a service, and are errors with \`lint --strict\`.\n\n${explainAll()}`;
    await expect(page).toMatchFileSnapshot(resolve(import.meta.dirname, '../../docs/diagnostics.md'));
  });
});
