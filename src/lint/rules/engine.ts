import { isCode } from '../../diagnostic/codes.ts';
import { UserError } from '../../diagnostic/errors.ts';
import type { Service } from '../../model/service.ts';
import { containerBody } from '../../translate/container.ts';
import type { Report, Rule, Subject } from '../rule.ts';
import { replicasOf } from '../services.ts';

/** TSC203, and the TSC3xx: what becomes of each service on the engine. */
export const onEngine: Rule = (subject, report) => {
  for (const [name, service] of Object.entries(subject.project.services)) {
    if (service.provider !== undefined) continue;
    try {
      for (const sentence of bodyOf(name, service, subject).warnings) tell(sentence, name, report);
    } catch (error) {
      if (!(error instanceof UserError) || !isCode(error.code)) throw error;
      const { code, message, hint } = error;
      report({
        ...{ code, severity: 'error', message, path: `services.${name}` },
        ...(hint !== undefined && { hint }),
      });
    }
  }
};

function bodyOf(name: string, service: Service, { project, engine, reader }: Subject) {
  return containerBody({
    ...{ project, facts: engine, serviceName: name, service, number: 1 },
    ...{ name: `${project.name}-${name}-1`, image: undefined, inherited: [], labels: {} },
    containerOf: (other) => {
      const shared = project.services[other];
      return shared !== undefined && replicasOf(shared) > 0 ? `${project.name}-${other}-1` : undefined;
    },
    contents: (path) => {
      try {
        return reader.readBytes(path);
      } catch {
        return undefined;
      }
    },
  });
}

/** TSC207 says it of every secret and config. */
const said = /the variable \S+ is not set/;

/** The sentences begin with the service and, mostly, the attribute. */
function tell(sentence: string, name: string, report: Report): void {
  if (said.test(sentence)) return;
  const attribute = /^service \S+: ([a-z_.]+)/.exec(sentence)?.[1];
  const path = `services.${name}${attribute === undefined ? '' : `.${attribute}`}`;
  report({ code: 'TSC203', message: sentence, path, hint: 'leave it out, or use an engine that knows it' });
}
