import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { exitCode, UserError } from '../../diagnostic/errors.ts';
import { parsePlan } from '../../plan/json.ts';
import type { Terminal } from '../command.ts';
import type { Dispatch } from '../dispatch.ts';
import type { Planning } from './mode.ts';
import { givenValues } from './request.ts';

type Asked = Extract<Dispatch, { kind: 'run' }>;

/**
 * A command line with `--plan FILE` as the one that the plan was made for. Options that are given besides win;
 * if they lead to another plan, that is refused later.
 *
 * @throws UserError: exit 3 for what is no plan of this command, 1 for services beside the file
 */
export function replay(
  asked: Asked,
  file: string,
  terminal: Terminal,
): { readonly asked: Asked; readonly planning: Planning } {
  const plan = parsePlan(read(resolve(terminal.workingDir, file)));
  const { command } = asked;
  if (plan.command !== command.name) {
    throw new UserError('plan-file', `${file} is a plan of "${plan.command}", not of "${command.name}"`, {
      hint: `tscompose ${plan.command} --plan ${file}`,
      exit: exitCode.refused,
    });
  }
  const { request } = plan;
  if (request === undefined) {
    throw new UserError('plan-file', `${file} does not say which command line it was made for`, {
      hint: 'write plans with `tscompose plan -o FILE`',
      exit: exitCode.refused,
    });
  }
  if (asked.args.length > 0) {
    throw new UserError('usage', `the plan in ${file} says which services are meant`, {
      hint: 'leave them out',
    });
  }
  return {
    asked: {
      ...asked,
      values: { ...asked.values, ...request.options, ...givenValues(command.options, asked.values) },
      global: { ...asked.global, ...request.global, ...givenValues({}, asked.global) },
      args: request.args,
    },
    planning: { kind: 'expect', plan, file },
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError('plan-file', `can't read the plan: ${reason}`, {
      hint: 'make one with `tscompose plan -o FILE`',
      exit: exitCode.refused,
    });
  }
}
