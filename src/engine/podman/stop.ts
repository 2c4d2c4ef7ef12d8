import { EngineError } from '../../diagnostic/errors.ts';
import { flagOf, numberOf, objectOf } from '../../util/json.ts';
import { type Api, segment } from '../client/api.ts';

const defaultGrace = 10;
/** Seconds that stand for "wait for ever": versions before 4.7 refuse -1. */
const forEver = 365 * 24 * 3600;

/**
 * Podman kills at once if it is not told how long to wait, and stops no paused container.
 * @returns the seconds to send
 */
export async function stopOnPodman(api: Api, id: string, timeout: number | undefined): Promise<number> {
  const path = `/containers/${segment(id)}`;
  const details = objectOf(await api.json('GET', `${path}/json`));
  if (flagOf(objectOf(details['State'])['Paused'])) await api.run('POST', `${path}/unpause`);
  // 0 is also what containers have that were made without a time: their data is worth ten seconds.
  const own = numberOf(objectOf(details['Config'])['StopTimeout']) || defaultGrace;
  const seconds = timeout ?? own;
  return seconds < 0 ? forEver : seconds;
}

/** A forced removal gives the container its whole grace on Podman; on Docker it kills. */
export async function killOnPodman(api: Api, id: string): Promise<void> {
  try {
    await api.run('POST', `/containers/${segment(id)}/kill`);
  } catch (error) {
    // One that does not run, or is gone: the removal tells.
    if (!(error instanceof EngineError) || !['conflict', 'not-found'].includes(error.kind)) throw error;
  }
}
