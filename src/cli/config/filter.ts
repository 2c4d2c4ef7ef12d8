import { UserError } from '../../diagnostic/errors.ts';
import type { Project } from '../../model/project.ts';
import type { Service } from '../../model/service.ts';

/** What `config --services --filter` asks for. */
export interface ServiceFilter {
  /** Enabled for the listing; a service has to be in one of them. */
  readonly profiles: readonly string[];
  /** `key` or `key=value`; all have to be there. */
  readonly labels: readonly string[];
}

/** @throws UserError for criteria that are not known */
export function serviceFilter(texts: readonly string[]): ServiceFilter {
  const found = { profiles: [] as string[], labels: [] as string[] };
  for (const text of texts) {
    const at = text.indexOf('=');
    const [name, value] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
    if (name === 'profile' && value === '*') {
      throw new UserError('usage', 'profiles must be selected explicitly', { hint: '--filter profile=NAME' });
    }
    if (name === 'profile' && value !== '') found.profiles.push(value);
    else if (name === 'label' && value !== '') found.labels.push(value);
    else {
      throw new UserError('usage', `unknown criteria ${JSON.stringify(name)}`, {
        hint: 'profile=NAME, label=KEY or label=KEY=VALUE',
      });
    }
  }
  return found;
}

/** Names of the services that fit, sorted. */
export function fittingServices({ services }: Project, filter: ServiceFilter): readonly string[] {
  return Object.entries(services)
    .filter(([, service]) => fits(service, filter))
    .map(([name]) => name)
    .sort();
}

function fits(service: Service, { profiles, labels }: ServiceFilter): boolean {
  if (profiles.length > 0 && !profiles.some((profile) => service.profiles?.includes(profile))) return false;
  return labels.every((label) => {
    const at = label.indexOf('=');
    const [key, value] = at < 0 ? [label, undefined] : [label.slice(0, at), label.slice(at + 1)];
    const present = service.labels?.[key];
    return present !== undefined && (value === undefined || present === value);
  });
}
