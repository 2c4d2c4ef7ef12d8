import { expect, test } from 'vitest';
import type { FormerName } from '../../src/observe/former.ts';
import type { Observed } from '../../src/observe/observed.ts';
import { planUp } from '../../src/plan/up.ts';
import { emptyEngine, plainMaterials, project, upIntent, volume } from '../support/builders.ts';

const shop = project(
  { db: { image: 'x', volumes: [{ type: 'volume', source: 'data', target: '/data' }] } },
  { name: 'store', volumes: { data: volume('store_data') } },
);
const seen = (more: Partial<FormerName> = {}): Observed => ({
  ...emptyEngine(shop),
  former: { project: 'shop', volumes: ['shop_data'], by: 'folder', ask: true, ...more },
});
const plan = (observed: Observed, answer?: boolean) =>
  planUp(
    shop,
    observed,
    upIntent(answer === undefined ? {} : { answers: { 'former-name': answer } }),
    plainMaterials,
  );

test('a name that changed is told, with the way to take the data along', () => {
  const { warnings, questions, refusals } = plan(seen());
  expect(warnings).toMatchObject([
    { message: expect.stringContaining('shop_data'), hint: expect.stringContaining('rename shop store') },
  ]);
  expect(questions).toMatchObject([{ fallback: false, unanswered: true }]);
  expect(refusals).toEqual([]);
});

test('a name that was typed, or a mere guess, is only told', () => {
  expect(plan(seen({ ask: false }))).toMatchObject({ warnings: [{}], questions: [], refusals: [] });
});

test('who does not want empty volumes gets none', () => {
  expect(plan(seen(), false).refusals).toMatchObject([{ exit: 3, hint: expect.stringContaining('rename') }]);
  expect(plan(seen(), true)).toMatchObject({ questions: [], refusals: [], warnings: [{}] });
});
