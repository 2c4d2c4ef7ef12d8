import { UserError } from '../diagnostic/errors.ts';
import { isObject } from '../util/json.ts';
import { describe } from './describe.ts';
import { interruptions } from './interruption.ts';
import type { Operation, OperationKind } from './operations.ts';
import type { Plan, PlanNode, PlannedRequest } from './plan.ts';
import type { Roll } from './rolling/roll.ts';

/** Version of the form below; moves when a reader of the old one would misread the new one. */
const planFormat = 1;

/** The plan by `schemas/plan.json`. Contents that are secret are in it: the file is to be kept like them. */
export function planJson(plan: Plan): string {
  return `${JSON.stringify(value(plan), null, 2)}\n`;
}

function value(plan: Plan): object {
  const nodes = plan.nodes.map((node) => ({ ...node, text: describe(node.operation).text }));
  const { forecast, ...rest } = plan;
  return {
    ...{ format: planFormat, ...rest, nodes, interruptions: interruptions(plan) },
    ...(forecast !== undefined && { forecast: value(forecast) }),
  };
}

function bad(what: string): UserError {
  return new UserError('plan-file', `this is not a plan: ${what}`, {
    hint: 'make one with `tscompose plan -o FILE`',
    exit: 3,
  });
}

/**
 * Reads what `planJson` wrote, but for what is only told (`forecast`, `interruptions`, `text`).
 *
 * @throws UserError (exit 3) for anything else
 */
export function parsePlan(text: string): Plan {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw bad(`it is not JSON (${cause instanceof Error ? cause.message : String(cause)})`);
  }
  if (!isObject(value)) throw bad('it is not an object');
  if (value['format'] !== planFormat) {
    throw bad(`its format is ${JSON.stringify(value['format'])}, this version reads ${planFormat}`);
  }
  const { command, project, fingerprint, replan, request, settledFrom } = value;
  if (typeof command !== 'string' || typeof project !== 'string')
    throw bad('"command" or "project" is missing');
  return {
    command,
    project,
    nodes: list(value, 'nodes').map(parseNode),
    unchanged: list(value, 'unchanged').map((entry) => ({
      ...texts(entry, ['engine', 'service', 'container', 'state']),
      ...(isObject(entry) && entry['awaited'] === true && { awaited: true }),
    })),
    ...(isList<Roll>(value['rolls'], 'service') && { rolls: value['rolls'] }),
    warnings: list(value, 'warnings').map((entry) => ({
      ...texts(entry, ['code', 'message']),
      ...(isObject(entry) && typeof entry['hint'] === 'string' && { hint: entry['hint'] }),
    })),
    questions: list(value, 'questions').map((entry) => ({
      ...texts(entry, ['id', 'text']),
      fallback: isObject(entry) && entry['fallback'] === true,
      ...(isObject(entry) && entry['unanswered'] === true && { unanswered: true }),
    })),
    refusals: list(value, 'refusals').map((entry) => ({
      ...texts(entry, ['code', 'message']),
      ...(isObject(entry) && typeof entry['hint'] === 'string' && { hint: entry['hint'] }),
      exit: isObject(entry) && typeof entry['exit'] === 'number' ? entry['exit'] : 3,
    })),
    ...(replan === true && { replan }),
    ...(typeof settledFrom === 'number' && { settledFrom }),
    ...(typeof fingerprint === 'string' && { fingerprint }),
    ...(request !== undefined && { request: parseRequest(request) }),
  };
}

function parseRequest(value: unknown): PlannedRequest {
  if (!isObject(value)) throw bad('"request" is not an object');
  const { options, global, args } = value;
  if (!isGiven(options) || !isGiven(global) || !isTexts(args)) throw bad('"request" is no command line');
  return { options, global, args };
}

function isGiven(value: unknown): value is PlannedRequest['options'] {
  const simple = (one: unknown) => ['string', 'boolean', 'number'].includes(typeof one) || isTexts(one);
  return isObject(value) && Object.values(value).every(simple);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function list(from: Readonly<Record<string, unknown>>, key: string): readonly unknown[] {
  const value = from[key];
  if (!Array.isArray(value)) throw bad(`"${key}" is not a list`);
  return value;
}

function texts<K extends string>(value: unknown, keys: readonly K[]): { readonly [P in K]: string } {
  if (!isObject(value)) throw bad('an entry is not an object');
  const found: Partial<Record<K, string>> = {};
  for (const key of keys) {
    const text = value[key];
    if (typeof text !== 'string') throw bad(`"${key}" of an entry is not text`);
    found[key] = text;
  }
  return found as Record<K, string>;
}

/** Members that an operation of each kind must have, beside its kind. */
const members: Readonly<Record<OperationKind, readonly string[]>> = {
  'create-network': ['body'],
  'remove-network': ['id', 'name'],
  'connect-network': ['network', 'container', 'endpoint'],
  'disconnect-network': ['network', 'container'],
  'create-volume': ['body'],
  'remove-volume': ['name'],
  'pull-image': ['image', 'ifMissing'],
  'push-image': ['image', 'service'],
  'build-image': ['image', 'service', 'build'],
  'copy-image': ['image', 'from'],
  'remove-image': ['image'],
  'create-container': ['name', 'body', 'connect', 'files'],
  'copy-files': ['container', 'files'],
  'start-container': ['container'],
  'stop-container': ['container'],
  'kill-container': ['container', 'signal'],
  'restart-container': ['container'],
  'pause-container': ['container'],
  'unpause-container': ['container'],
  'rename-container': ['container', 'to'],
  'update-container': ['container'],
  'remove-container': ['container', 'force', 'volumes'],
  'wait-container': ['container', 'until'],
  'set-forward': ['forwarder', 'ports', 'changes'],
  'drain-backend': ['forwarder', 'container', 'timeoutMs'],
  'probe-backend': ['forwarder', 'container', 'timeoutMs'],
  'monitor-container': ['container', 'milliseconds'],
  'pass-gate': ['service', 'replaced', 'of'],
  'run-hook': ['phase', 'container', 'hook', 'index'],
  'run-pre-start': ['service', 'index', 'body', 'connect'],
  'run-provider': ['service', 'action', 'type', 'options'],
  'prepare-model': ['name', 'reference', 'pull', 'flags'],
  'snapshot-volumes': ['snapshots'],
  'restore-volumes': ['pairs'],
  'remove-snapshots': ['snapshots'],
  'copy-volume': ['volume', 'from'],
  'verify-volume': ['volume', 'from'],
  'sync-volumes': ['from', 'pairs', 'phase', 'how'],
  'prove-volumes': ['from', 'pairs', 'how'],
};

function isOperation(value: unknown): value is Operation {
  if (!isObject(value) || typeof value['kind'] !== 'string') return false;
  const required = Object.entries(members).find(([kind]) => kind === value['kind'])?.[1];
  return required?.every((member) => value[member] !== undefined) ?? false;
}

function parseNode(value: unknown, index: number): PlanNode {
  const id = index + 1;
  if (!isObject(value) || value['id'] !== id) throw bad(`step ${id} is missing`);
  const { after, whenEnded, engine, subject, operation, because, optional } = value;
  const earlier = (list: unknown): list is readonly number[] =>
    Array.isArray(list) && list.every((a) => typeof a === 'number' && a >= 1 && a < id);
  if (!earlier(after) || (whenEnded !== undefined && !earlier(whenEnded))) {
    throw bad(`step ${id} comes after steps that are not before it`);
  }
  if (!isOperation(operation)) throw bad(`step ${id} has no known operation`);
  if (!isSubject(subject) || typeof engine !== 'string' || typeof because !== 'string') {
    throw bad(`step ${id} lacks its subject, engine or reason`);
  }
  const { changes, dataLoss, keeps } = value;
  return {
    ...{ id, after, engine, subject, operation, because },
    ...(whenEnded !== undefined && { whenEnded }),
    ...(isList<NonNullable<PlanNode['changes']>[number]>(changes, 'field') && { changes }),
    ...(optional === true && { optional }),
    ...(isList<NonNullable<PlanNode['dataLoss']>[number]>(dataLoss, 'volume') && { dataLoss }),
    ...(isList<NonNullable<PlanNode['keeps']>[number]>(keeps, 'volume') && { keeps }),
  };
}

function isSubject(value: unknown): value is PlanNode['subject'] {
  const kinds = ['service', 'network', 'volume', 'image', 'project'];
  return isObject(value) && typeof value['name'] === 'string' && kinds.includes(String(value['kind']));
}

function isList<T>(value: unknown, key: string): value is readonly T[] {
  return Array.isArray(value) && value.every((entry) => isObject(entry) && typeof entry[key] === 'string');
}
