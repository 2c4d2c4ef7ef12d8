import type { FileObject } from '../../model/project.ts';
import type { Rule, Subject } from '../rule.ts';

/** TSC207: secrets and configs whose content is not to be had. */
export const fileSources: Rule = (subject, report) => {
  for (const kind of ['secrets', 'configs'] as const) {
    for (const [key, object] of Object.entries(subject.project[kind])) {
      const what = `${kind === 'secrets' ? 'secret' : 'config'} "${key}"`;
      const problem = problemOf(object, subject);
      if (problem === undefined) continue;
      const { attribute, why, hint } = problem;
      report({ code: 'TSC207', message: `${what}: ${why}`, path: `${kind}.${key}.${attribute}`, hint });
    }
  }
};

function problemOf({ external, file, environment: variable }: FileObject, subject: Subject) {
  const { reader, environment } = subject;
  if (external === true) return undefined;
  if (file !== undefined) {
    const kind = reader.kindOf(file);
    if (kind === 'missing')
      return { attribute: 'file', why: `there is no file ${file}`, hint: 'check the path, or create it' };
    if (kind === 'unreadable' || reader.canRead?.(file) === false)
      return { attribute: 'file', why: `you may not read ${file}`, hint: 'check its permissions' };
  }
  if (variable !== undefined && environment.lookup(variable) === undefined) {
    const hint = 'set it in the shell or in .env';
    return { attribute: 'environment', why: `the variable ${variable} is not set`, hint };
  }
  return undefined;
}
