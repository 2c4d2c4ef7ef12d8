import { UserError } from '../../diagnostic/errors.ts';
import type { HealthcheckBody } from '../../model/bodies.ts';
import type { DurationText } from '../../model/scalars.ts';
import type { Healthcheck } from '../../model/service.ts';
import { formatDuration, parseDuration } from '../../util/duration.ts';
import { configRow, type Fields, type Row } from './row.ts';

/** The health check. */
export const healthRows: readonly Row[] = [
  configRow('Healthcheck', {
    attribute: 'healthcheck',
    write: ({ service, serviceName }) => healthBody(service.healthcheck, serviceName),
    view: healthFields,
    byItself: (field, value, { image, wanted }) =>
      wanted.Healthcheck?.Test?.[0] === 'NONE' ||
      value === (image.healthcheck === undefined ? {} : healthFields(image.healthcheck))[field] ||
      (image.healthcheck === undefined && wanted.Healthcheck === undefined && value === '') ||
      engineDefaults[field] === value,
  }),
];

/** Podman writes down what Docker leaves to be understood. */
const engineDefaults: Fields = {
  '.interval': '30s',
  '.timeout': '30s',
  '.retries': '3',
  '.start_period': '0s',
};

/** @throws UserError if it has a `start_interval` alone, which engines misread (as the reference does) */
function healthBody(check: Healthcheck | undefined, service: string): HealthcheckBody | undefined {
  if (check === undefined) return undefined;
  if (check.start_interval !== undefined && check.start_period === undefined) {
    throw new UserError(
      'TSC213',
      `service ${service}: healthcheck.start_interval requires healthcheck.start_period to be set`,
      { hint: 'add a start_period: it is how long start_interval counts' },
    );
  }
  if (check.disable === true) return { Test: ['NONE'] };
  return {
    ...(check.test !== undefined && { Test: [...check.test] }),
    ...(check.interval !== undefined && { Interval: parseDuration(check.interval) }),
    ...(check.timeout !== undefined && { Timeout: parseDuration(check.timeout) }),
    ...(check.start_period !== undefined && { StartPeriod: parseDuration(check.start_period) }),
    ...(check.start_interval !== undefined && { StartInterval: parseDuration(check.start_interval) }),
    ...(check.retries !== undefined && { Retries: check.retries }),
  };
}

function healthFields(check: HealthcheckBody): Fields {
  return {
    ...((check.Test?.length ?? 0) > 0 && { '.test': check.Test!.join(' ') }),
    ...duration('.interval', check.Interval),
    ...duration('.timeout', check.Timeout),
    ...duration('.start_period', check.StartPeriod),
    ...duration('.start_interval', check.StartInterval),
    ...((check.Retries ?? 0) !== 0 && { '.retries': String(check.Retries) }),
  };
}

function duration(field: string, nanoseconds: number | undefined): Record<string, DurationText> {
  return (nanoseconds ?? 0) === 0 ? {} : { [field]: formatDuration(nanoseconds!) };
}
