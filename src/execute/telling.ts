import { label } from '../model/labels.ts';
import type { Plan, PlanNode } from '../plan/plan.ts';
import type { Emit, More, NoticeEvent, ResourceEvent, SummaryEvent } from './events.ts';
import { neededByWaits } from './needed-by.ts';
import { toldByNode } from './replacements.ts';

/** Turns what happens to nodes into events. */
export interface Telling {
  unchanged(): void;
  begins(node: PlanNode): void;
  done(node: PlanNode, milliseconds: number): void;
  failed(node: PlanNode, message: string, milliseconds: number): void;
  tell(
    node: PlanNode,
    status: ResourceEvent['status'],
    text: string,
    more?: More & { readonly id?: string },
  ): void;
  notice(level: NoticeEvent['level'], message: string, hint?: string): void;
  summary(summary: Omit<SummaryEvent, 'type' | 'time'>): void;
}

/** @param nodes the plan's, as they will run */
export function openTelling(plan: Plan, nodes: readonly PlanNode[], emit: Emit): Telling {
  const told = toldByNode(nodes);
  const neededBy = neededByWaits(nodes, told);

  const tell: Telling['tell'] = (node, status, text, { id = told.get(node.id)!.id, ...more } = {}) => {
    const service = serviceOf(node);
    emit({
      ...{ type: 'resource', time: Date.now(), id, status, text, ...more },
      ...{ operation: node.operation.kind, node: node.id, engine: node.engine, cause: node.because },
      ...(service !== undefined && { service }),
      ...(node.operation.kind === 'wait-container' && {
        until: node.operation.until,
        ...(neededBy.get(node.id)?.length && { neededBy: neededBy.get(node.id)! }),
      }),
    });
  };
  const notice: Telling['notice'] = (level, message, hint) => {
    emit({ type: 'notice', time: Date.now(), level, message, ...(hint !== undefined && { hint }) });
  };

  return {
    tell,
    notice,
    unchanged: () => {
      for (const { container, engine, service, state, awaited } of plan.unchanged) {
        const id = `Container ${container}`;
        for (const text of unchangedWords(plan.command, state, awaited === true))
          emit({ type: 'resource', time: Date.now(), id, status: 'Done', text, engine, service });
      }
      for (const { id, details } of plan.skipped ?? []) {
        const text = { text: 'Skipped', ...(details !== undefined && { details }) };
        emit({ type: 'resource', time: Date.now(), id, status: 'Done', ...text });
      }
    },
    begins: (node) => {
      const { begin } = told.get(node.id)!;
      if (begin !== '') tell(node, 'Working', begin);
    },
    done: (node, milliseconds) => {
      const { done } = told.get(node.id)!;
      if (done !== '') tell(node, 'Done', done, { milliseconds: rounded(milliseconds) });
    },
    failed: (node, message, milliseconds) => {
      if (node.optional && node.operation.kind === 'wait-container') {
        const about = told.get(node.id)!.id.replace(/^Container /, '');
        const service = serviceOf(node) ?? about;
        notice('warning', `optional dependency ${JSON.stringify(service)} failed to start: ${message}`);
      }
      if (node.optional) {
        tell(node, 'Warning', 'Skipped', { details: message, milliseconds: rounded(milliseconds) });
      } else {
        tell(node, 'Error', 'Error', { details: message, milliseconds: rounded(milliseconds) });
      }
    },
    summary: (summary) => emit({ type: 'summary', time: Date.now(), ...summary }),
  };
}

/** What is said of a container that stays: `rm` has nothing to say of one that runs. */
function unchangedWords(command: string, state: string, awaited: boolean): readonly string[] {
  if (state === 'running') return command === 'rm' ? [] : ['Running', ...(awaited ? ['Healthy'] : [])];
  return command === 'stop' ? ['Stopped'] : [];
}

/** To a tenth. */
const rounded = (milliseconds: number): number => Math.round(milliseconds * 10) / 10;

function serviceOf(node: PlanNode): string | undefined {
  if (node.subject.kind === 'service') return node.subject.name;
  const { operation } = node;
  if (operation.kind === 'create-container') return operation.body.Labels[label.service];
  return 'service' in operation ? operation.service : undefined;
}
