import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { formatPlan } from '../../src/plan/format.ts';
import { caseFiles, planCase } from './case.ts';

const folder = import.meta.dirname;
const cases = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

test('there are cases', () => expect(cases.length).toBeGreaterThanOrEqual(40));

/** A case is a folder: the project, what the engine holds, what was asked for, and the plan as text. */
test.each(cases.map((entry) => entry.name))('%s', async (name) => {
  const read = (file: string): unknown => parse(readFileSync(join(folder, name, file), 'utf8'));
  const plan = planCase(caseFiles(read('compose.yaml'), read('observed.yaml'), read('intent.yaml')));
  await expect(formatPlan(plan, { color: false })).toMatchFileSnapshot(join(folder, name, 'plan.txt'));
});
