import { UserError } from '../diagnostic/errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { ContainerRef, Operation, OperationKind, OperationOf } from '../plan/operations.ts';
import type { PlanNode } from '../plan/plan.ts';
import { orCancelled } from './cancel.ts';
import type { NodeContext, Outcome, Run } from './run.ts';
import { buildImage } from './runners/build-image.ts';
import { copyImage } from './runners/copy-image.ts';
import { copyVolume, verifyVolume } from './runners/copy-volume.ts';
import { copyFiles, createContainer } from './runners/create-container.ts';
import { drainBackend, probeBackend, setForward } from './runners/forward.ts';
import { removeContainer, removeImage, removeNetwork, removeVolume } from './runners/in-use.ts';
import { monitorContainer } from './runners/monitor-container.ts';
import { passGate } from './runners/pass-gate.ts';
import { prepareModel } from './runners/prepare-model.ts';
import { pullImage } from './runners/pull-image.ts';
import { pushImage } from './runners/push-image.ts';
import { runHook } from './runners/run-hook.ts';
import { runPreStart } from './runners/run-pre-start.ts';
import { runProvider } from './runners/run-provider.ts';
import { removeSnapshots, restoreVolumes, snapshotVolumes } from './runners/snapshot-volumes.ts';
import { stopContainer } from './runners/stop-container.ts';
import { proveVolumes, syncVolumes } from './runners/sync-volumes.ts';
import { updateContainer } from './runners/update-container.ts';
import { waitContainer } from './runners/wait-container.ts';
import type { Telling } from './telling.ts';

type Runner<K extends OperationKind> = (operation: OperationOf<K>, context: NodeContext) => Promise<Outcome>;

const nothingToSay: Outcome = {};

/** For calls that have nothing to tell. */
async function plain(call: Promise<void>): Promise<Outcome> {
  await call;
  return nothingToSay;
}

/** One runner for each kind of operation; a kind without one does not compile. */
const runners: { readonly [K in OperationKind]: Runner<K> } = {
  'create-network': async (o, { engine }) => ({ created: (await engine.createNetwork(o.body)).id }),
  'remove-network': removeNetwork,
  'connect-network': (o, c) => plain(c.engine.connectNetwork(o.network, c.idOf(o.container), o.endpoint)),
  'disconnect-network': (o, c) => plain(c.engine.disconnectNetwork(o.network, c.idOf(o.container), true)),
  'create-volume': async (o, { engine }) => ({ created: (await engine.createVolume(o.body)).name }),
  'remove-volume': removeVolume,
  'pull-image': pullImage,
  'push-image': pushImage,
  'build-image': buildImage,
  'copy-image': copyImage,
  'remove-image': removeImage,
  'create-container': createContainer,
  'copy-files': copyFiles,
  'start-container': async (o, { engine, run, node, idOf }) => {
    const id = idOf(o.container);
    if (node.subject.kind === 'service') await run.options.beforeStart?.(id, node.subject.name);
    return await plain(engine.startContainer(id));
  },
  'stop-container': stopContainer,
  'kill-container': (o, c) => plain(c.engine.killContainer(c.idOf(o.container), o.signal)),
  'restart-container': (o, c) => plain(c.engine.restartContainer(c.idOf(o.container), o.timeout)),
  'pause-container': (o, c) => plain(c.engine.pauseContainer(c.idOf(o.container))),
  'unpause-container': (o, c) => plain(c.engine.unpauseContainer(c.idOf(o.container))),
  'rename-container': (o, c) => plain(c.engine.renameContainer(c.idOf(o.container), o.to)),
  'update-container': updateContainer,
  'remove-container': removeContainer,
  'wait-container': waitContainer,
  'set-forward': setForward,
  'drain-backend': drainBackend,
  'probe-backend': probeBackend,
  'monitor-container': monitorContainer,
  'pass-gate': passGate,
  'run-hook': runHook,
  'run-pre-start': runPreStart,
  'prepare-model': prepareModel,
  'run-provider': runProvider,
  'snapshot-volumes': snapshotVolumes,
  'restore-volumes': restoreVolumes,
  'remove-snapshots': removeSnapshots,
  'copy-volume': copyVolume,
  'verify-volume': verifyVolume,
  'sync-volumes': syncVolumes,
  'prove-volumes': proveVolumes,
};

function runnerOf<K extends OperationKind>(operation: OperationOf<K> & Operation): Runner<K> {
  return runners[operation.kind as K];
}

/** Runs one node. Rejects when the signal gives the work up, though the engine may go on with it. */
export async function runOperation(
  run: Run,
  node: PlanNode,
  signal: AbortSignal,
  telling: Telling,
): Promise<Outcome> {
  const engineNamed = (name: string): Engine => {
    const engine = run.options.engines.get(name);
    if (engine !== undefined) return engine;
    throw new UserError('no-such-engine', `the plan needs engine "${name}", which is not connected`, {
      hint: `connect ${name}, or plan again`,
    });
  };
  const idOf = (ref: ContainerRef): string => {
    const id = 'id' in ref ? ref.id : run.created.get(ref.createdBy);
    if (id !== undefined) return id;
    throw new UserError('bad-plan', `container ${ref.name} was not made before it is needed`, {
      hint: 'plan again',
    });
  };
  const context: NodeContext = {
    ...{ run, node, signal, engineNamed, idOf },
    engine: engineNamed(node.engine),
    tell: (status, text, more) => telling.tell(node, status, text, more),
    notice: telling.notice,
  };
  const work = runnerOf(node.operation)(node.operation, context);
  return await orCancelled(work, signal);
}
