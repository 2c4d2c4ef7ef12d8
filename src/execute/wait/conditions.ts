import type { ContainerDetails } from '../../engine/engine.ts';
import type { OperationOf } from '../../plan/operations.ts';

type Condition = OperationOf<'wait-container'>['until'];

/** What a container's state means for who waits: go on waiting, met (with the word for it), or hopeless. */
export type Verdict =
  | { readonly kind: 'wait' }
  | { readonly kind: 'met'; readonly word: 'Healthy' | 'Exited' }
  | { readonly kind: 'hopeless'; readonly message: string };

const wait: Verdict = { kind: 'wait' };

/** True if the engine will start the container again by itself. */
export function willRestart({ body, state, restartCount }: ContainerDetails): boolean {
  if (state.restarting) return true;
  const { Name = '', MaximumRetryCount = 0 } = body.HostConfig.RestartPolicy ?? {};
  if (Name === 'always' || Name === 'unless-stopped') return true;
  return (
    Name === 'on-failure' &&
    state.exitCode !== 0 &&
    (MaximumRetryCount === 0 || restartCount < MaximumRetryCount)
  );
}

export function hasCheck({ body }: ContainerDetails): boolean {
  const kind = body.Healthcheck?.Test?.[0];
  return kind !== undefined && kind !== 'NONE';
}

/** The verdict for a container as it is now. */
export function verdict(until: Condition, details: ContainerDetails): Verdict {
  const { state, name } = details;
  const alive = state.running || state.paused || state.restarting;
  if (!alive && state.status !== 'created') return ended(until, details);
  if (!state.running || state.restarting || until === 'completed') return wait;
  if (until === 'running') return { kind: 'met', word: 'Healthy' };
  if (!hasCheck(details)) {
    if (until === 'ready') return { kind: 'met', word: 'Healthy' };
    return { kind: 'hopeless', message: `container ${name} has no healthcheck configured` };
  }
  if (state.health?.status === 'healthy') return { kind: 'met', word: 'Healthy' };
  if (state.health?.status === 'unhealthy') {
    return { kind: 'hopeless', message: `container ${name} is unhealthy` };
  }
  return wait;
}

function ended(until: Condition, details: ContainerDetails): Verdict {
  const { exitCode } = details.state;
  if ((until === 'completed' || until === 'ready') && exitCode === 0) return { kind: 'met', word: 'Exited' };
  if (willRestart(details)) return wait;
  if (until === 'completed') {
    return { kind: 'hopeless', message: `didn't complete successfully: exit ${exitCode}` };
  }
  return { kind: 'hopeless', message: `container ${details.name} exited (${exitCode})` };
}
