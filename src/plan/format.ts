import { describe, paintSign } from './describe.ts';
import { type Effect, effectSigns, type PlanGroup, planGroups } from './groups.ts';
import { interruptions, tellInterruption } from './interruption.ts';
import type { DataLoss, FieldChange, Plan, PlanNode } from './plan.ts';
import { formatSize } from './size.ts';
import { type Style, styleFor } from './style.ts';

/** The plan as text for people: grouped, in order, with reasons; the same plan gives the same text. */
export function formatPlan(plan: Plan, options: { readonly color: boolean }): string {
  const style = styleFor(options.color);
  const engines = [...new Set(plan.nodes.map((node) => node.engine))];
  const where = engines.length === 0 ? '' : ` on ${engines.join(' and ')}`;
  const head = style.strong(`Plan: ${plan.command} of ${plan.project}${where}`);
  const lines = [head, '', ...formatSteps(plan, style)];
  if (plan.forecast !== undefined) {
    const then = 'Then, should the images turn out to be those that are there now:';
    lines.push('', style.strong(then), '', ...formatSteps(plan.forecast, style));
  }
  return `${lines.join('\n')}\n`;
}

function formatSteps(plan: Plan, style: Style): string[] {
  const several = new Set(plan.nodes.map((node) => node.engine)).size > 1;
  const lines = planGroups(plan).flatMap((group) => [...formatGroup(group, several, style), '']);
  if (plan.nodes.length === 0) lines.push('Nothing to do.', '');
  return [...lines, ...formatInterruptions(plan, style), ...formatNotes(plan, style), summary(plan, style)];
}

function formatGroup(group: PlanGroup, showEngine: boolean, style: Style): string[] {
  const first = group.nodes[0]!;
  const sign = paintEffect(group.effect, style);
  const engine = showEngine ? style.faint(` on ${group.engine}`) : '';
  const lines = [`${sign} ${style.strong(group.title)}${engine}: ${first.because}`];
  const changes = group.nodes.flatMap((node) => node.changes ?? []);
  const seen = new Set<string>();
  for (const change of changes) {
    if (seen.has(change.field)) continue;
    seen.add(change.field);
    lines.push(`      ${formatChange(change, style)}`);
  }
  for (const node of group.nodes) lines.push(formatNode(node, first.because, style));
  return lines;
}

function paintEffect(effect: Effect, style: Style): string {
  const sign = effectSigns[effect].padStart(3);
  if (effect === 'create' || effect === 'start') return style.add(sign);
  if (effect === 'remove' || effect === 'stop') return style.remove(sign);
  return style.change(sign);
}

function formatChange({ field, before, after }: FieldChange, style: Style): string {
  if (before === undefined) return `${style.add('+')} ${field}: ${after ?? ''}`;
  if (after === undefined) return `${style.remove('-')} ${field}: ${before}`;
  return `${style.change('~')} ${field}: ${before} -> ${after}`;
}

function formatNode(node: PlanNode, groupReason: string, style: Style): string {
  const { sign, text } = describe(node.operation);
  const after = node.after.length === 0 ? '' : style.faint(` [after ${node.after.join(', ')}]`);
  const because = node.because === groupReason ? '' : style.faint(` (${node.because})`);
  const optional = node.optional ? style.faint(' (may fail)') : '';
  const loss = (node.dataLoss ?? []).map((l) => `  ${style.alarm('DATA LOSS')} ${formatLoss(l)}`).join('');
  const kept = (node.keeps ?? []).map((k) => `  ${style.faint('keeps')} ${formatLoss(k)}`).join('');
  return `    ${String(node.id).padStart(3)} ${paintSign(sign, style)} ${text}${because}${after}${optional}${loss}${kept}`;
}

function formatLoss({ volume, bytes }: DataLoss): string {
  return bytes === undefined ? `${volume} (size unknown)` : `${volume} (${formatSize(bytes)})`;
}

function formatInterruptions(plan: Plan, style: Style): string[] {
  const found = interruptions(plan).filter((i) => i.kind !== 'new' && i.stopping > 0);
  if (found.length === 0) return [];
  return [
    style.strong('Interruption:'),
    ...found.map((i) => `      ${i.service}: ${tellInterruption(i)}`),
    '',
  ];
}

function formatNotes(plan: Plan, style: Style): string[] {
  const lines: string[] = [];
  const add = (mark: string, message: string, hint: string | undefined) => {
    lines.push(`${mark} ${message}`);
    if (hint !== undefined) lines.push(`      ${style.faint(hint)}`);
  };
  for (const { id, details } of plan.skipped ?? []) add(style.faint('Skipped:'), id, details);
  for (const { message, hint } of plan.warnings) add(style.change('Warning:'), message, hint);
  for (const { text } of plan.questions) add(style.change('Question:'), text, undefined);
  for (const { message, hint } of plan.refusals) add(style.remove('Refused:'), message, hint);
  return lines.length === 0 ? [] : [...lines, ''];
}

const effectWords: readonly (readonly [Effect, string])[] = [
  ['create', 'to create'],
  ['update', 'to update'],
  ['replace', 'to replace'],
  ['restart', 'to restart'],
  ['start', 'to start'],
  ['stop', 'to stop'],
  ['remove', 'to remove'],
  ['act', 'to act on'],
];

function summary(plan: Plan, style: Style): string {
  const groups = planGroups(plan);
  const parts = effectWords.flatMap(([effect, words]) => {
    const count = groups.filter((g) => g.effect === effect).length;
    return count === 0 ? [] : [`${count} ${words}`];
  });
  if (plan.unchanged.length > 0) parts.push(`${plan.unchanged.length} unchanged`);
  const losses = plan.nodes.flatMap((node) => node.dataLoss ?? []);
  const known = losses.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const unknown = losses.some(({ bytes }) => bytes === undefined);
  const size = unknown ? 'size unknown' : formatSize(known);
  const loss =
    losses.length === 0 ? '' : ` ${style.alarm('DATA LOSS')}: ${losses.length} of volumes, ${size}.`;
  const more = plan.replan ? ' More follows when the images are there.' : '';
  return `${parts.length === 0 ? 'No changes' : parts.join(', ')}.${loss}${more}`;
}
