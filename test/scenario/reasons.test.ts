import { expect } from 'vitest';
import { engineCall, projectState } from '../support/engines.ts';
import { isRecord } from '../support/json.ts';
import { type Change, changes, noReasons } from './changes.ts';
import { exits, prints } from './checks.ts';
import { type Scenario, scenario } from './scenario.ts';

const services = (rows: readonly (readonly [string, string])[]): string =>
  rows
    .map(([name, lines]) => {
      const own = lines === '' ? '' : `\n    ${lines}`;
      const image = lines.startsWith('image:') ? '' : '\n    image: tscompose-base/busybox';
      const command = lines.startsWith('command:') ? '' : '\n    command: sleep 600';
      return `  ${name}:${image}${command}${own}`;
    })
    .join('\n');

const file = (rows: readonly (readonly [string, string])[]): string => `services:
${services(rows)}
volumes:
  data:
networks:
  back:
configs:
  one: { content: first }
  two: { content: second }
`;

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce((found: unknown, key) => {
    if (Array.isArray(found)) return found[Number(key)];
    return isRecord(found) ? found[key] : undefined;
  }, value);
}

async function inspected(s: Scenario, service: string): Promise<unknown> {
  const { containers } = await projectState(s.host, s.project);
  const own = containers.filter((one) => one.labels['com.docker.compose.service'] === service);
  expect(
    own.map((one) => one.name),
    service,
  ).toHaveLength(1);
  return (await engineCall(s.host, 'GET', `/containers/${own[0]!.id}/json`)).body;
}

interface Node {
  readonly subject: { readonly name: string };
  readonly operation: { readonly kind: string };
  readonly because: string;
  readonly changes?: readonly { readonly field: string; readonly before?: string; readonly after?: string }[];
}

scenario('each kind of change has its reason, and ends in the engine', async (s) => {
  const isPodman = s.host.includes('podman');
  const table: readonly Change[] = changes.filter(({ dockerOnly }) => !(dockerOnly && isPodman));
  expect(changes.length).toBeGreaterThanOrEqual(50);
  await engineCall(s.host, 'POST', '/images/tscompose-base/busybox/tag?repo=other-name&tag=latest');
  s.file('src/x', '');
  const rows = (which: 'before' | 'after') => [
    ...table.map((one) => [one.kind, one[which]] as const),
    ...noReasons.map(([name, before, after]) => [name, which === 'before' ? before : after] as const),
  ];
  s.file('compose.yaml', file(rows('before')));
  await s.step('create', ['create'], exits(0));
  await s.step('nothing to do', ['create', '--dry-run'], exits(0), prints('Nothing to do'));
  const ids = new Map((await projectState(s.host, s.project)).containers.map(({ id, name }) => [name, id]));

  s.file('compose.yaml', file(rows('after')));
  const plan: { nodes: readonly Node[] } = JSON.parse(
    (await s.step('plan', ['plan', 'create', '--format', 'json'], exits(2))).stdout,
  );
  const told = Object.fromEntries(
    table.map(({ kind, field, inPlace }) => {
      const node = plan.nodes.find(
        ({ subject, operation }) =>
          subject.name === kind && /^(create|update)-container$/.test(operation.kind),
      );
      const wanted = inPlace && !isPodman ? 'update-container' : 'create-container';
      const fields = (node?.changes ?? []).map((change) => change.field);
      const fits =
        node?.operation.kind === wanted && fields.some((f) => f === field || f.startsWith(`${field}.`));
      return [kind, fits ? 'as expected' : `${node?.operation.kind}: ${fields.join(' ')}`];
    }),
  );
  expect(told).toEqual(Object.fromEntries(table.map(({ kind }) => [kind, 'as expected'])));
  for (const [name] of noReasons) {
    expect(
      plan.nodes.filter(({ subject }) => subject.name === name),
      name,
    ).toEqual([]);
  }

  await s.step('change all', ['create'], exits(0));
  for (const { kind, shown, inPlace } of table) {
    const now = await inspected(s, kind);
    const value = at(now, shown[0]);
    if (shown[1] instanceof RegExp) {
      expect(typeof value === 'string' ? value : JSON.stringify(value), kind).toMatch(shown[1]);
    } else expect(value, kind).toEqual(shown[1]);
    const kept = [...ids.values()].includes(String(at(now, 'Id')));
    expect(kept, `${kind} keeps its container`).toBe(inPlace === true && !isPodman);
  }
  for (const [name] of noReasons) expect([...ids.values()]).toContain(at(await inspected(s, name), 'Id'));
  await s.step('nothing is left', ['create', '--dry-run'], exits(0), prints('Nothing to do'));
});
