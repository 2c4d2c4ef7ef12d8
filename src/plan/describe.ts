import { keepText } from '../model/safety.ts';
import { snapshotId } from '../model/snapshot.ts';
import type {
  BackendChange,
  BackendUse,
  ContainerRef,
  Operation,
  OperationKind,
  OperationOf,
} from './operations.ts';
import type { Style } from './style.ts';

/** How a step is drawn: its sign, and what it does in words. */
export interface Description {
  readonly sign: '+' | '~' | '-' | '>' | '=' | '…';
  readonly text: string;
}

type Descriptions = { readonly [K in OperationKind]: (op: OperationOf<K>) => Description };

function name(ref: ContainerRef): string {
  return ref.name;
}

const descriptions: Descriptions = {
  'create-network': (op) => ({ sign: '+', text: `create network ${op.body.Name}` }),
  'remove-network': (op) => ({ sign: '-', text: `remove network ${op.name}` }),
  'connect-network': (op) => ({ sign: '~', text: `connect ${name(op.container)} to ${op.network}` }),
  'disconnect-network': (op) => ({ sign: '~', text: `disconnect ${name(op.container)} from ${op.network}` }),
  'create-volume': (op) => ({ sign: '+', text: `create volume ${op.body.Name}` }),
  'remove-volume': (op) => ({ sign: '-', text: `remove volume ${op.name}` }),
  'pull-image': (op) => ({
    sign: '+',
    text: `pull ${op.image}${op.fallbackToBuild ? ', or else build it' : ''}${op.fallbackToLocal ? ', or else use the one that is there' : ''}`,
  }),
  'push-image': (op) => ({ sign: '>', text: `push ${op.image}` }),
  'build-image': (op) => ({
    sign: '+',
    text: `build ${op.image}${op.ifMissing ? ' unless the pull brought it' : ''}`,
  }),
  'copy-image': (op) => ({
    sign: '+',
    text:
      op.as === undefined
        ? `copy image ${op.image} from ${op.from}`
        : `name image ${op.image.slice(0, 19)} ${op.as}`,
  }),
  'remove-image': (op) => ({ sign: '-', text: `remove image ${op.image}` }),
  'create-container': (op) => ({ sign: '+', text: `create ${op.name}` }),
  'copy-files': (op) => ({
    sign: '~',
    text: `put ${op.files.length === 1 ? 'a file' : `${op.files.length} files`} into ${name(op.container)}`,
  }),
  'start-container': (op) => ({ sign: '>', text: `start ${name(op.container)}` }),
  'stop-container': (op) => ({
    sign: '-',
    text: `stop ${name(op.container)}${op.timeout === undefined ? '' : ` within ${op.timeout}s`}`,
  }),
  'kill-container': (op) => ({ sign: '-', text: `send ${op.signal} to ${name(op.container)}` }),
  'restart-container': (op) => ({ sign: '>', text: `restart ${name(op.container)}` }),
  'pause-container': (op) => ({ sign: '=', text: `pause ${name(op.container)}` }),
  'unpause-container': (op) => ({ sign: '>', text: `unpause ${name(op.container)}` }),
  'rename-container': (op) => ({ sign: '~', text: `rename ${name(op.container)} to ${op.to}` }),
  'update-container': (op) => ({
    sign: '~',
    text: `update ${name(op.container)}${op.restartPolicy === undefined ? '' : `: restart ${op.restartPolicy}`}`,
  }),
  'remove-container': (op) => ({
    sign: '-',
    text: `remove ${name(op.container)}${op.volumes ? ' and its anonymous volumes' : ''}`,
  }),
  'wait-container': (op) => ({ sign: '…', text: `wait until ${name(op.container)} is ${op.until}` }),
  'set-forward': (op) => ({ sign: '~', text: `${name(op.forwarder)}: ${useTexts(op.changes)}` }),
  'drain-backend': (op) => ({
    sign: '…',
    text: `wait up to ${op.timeoutMs / 1000}s until ${name(op.container)} has no connection`,
  }),
  'probe-backend': (op) => ({ sign: '…', text: `wait until ${name(op.container)} takes connections` }),
  'monitor-container': (op) => ({
    sign: '…',
    text: `see that ${name(op.container)} goes on for ${op.milliseconds / 1000}s`,
  }),
  'pass-gate': (op) => ({ sign: '…', text: gateText(op) }),
  'run-hook': (op) => ({ sign: '>', text: `run ${op.phase} hook ${op.index + 1} in ${name(op.container)}` }),
  'run-pre-start': (op) => ({
    sign: '>',
    text: `run pre_start hook ${op.index + 1} in a container of its own`,
  }),
  'prepare-model': (op) => ({
    sign: '>',
    text: `${op.pull ? 'pull and configure' : 'configure'} model ${op.reference}`,
  }),
  'run-provider': (op) => ({ sign: op.action === 'up' ? '>' : '-', text: `${op.type} ${op.action}` }),
  'snapshot-volumes': (op) => ({
    sign: '+',
    text:
      op.snapshots[0]?.reason === 'carry'
        ? `copy ${volumeNames(op.snapshots.map((s) => s.volume))} aside, and compare`
        : `keep ${op.snapshots.length === 1 ? 'a snapshot' : 'snapshots'} of ${volumeNames(op.snapshots.map((s) => s.volume))} for ${keepText(op.snapshots[0]?.keepSeconds ?? 0)}`,
  }),
  'restore-volumes': (op) => ({
    sign: '+',
    text: `copy the content of ${volumeNames(op.pairs.map((p) => p.volume))} back, and compare`,
  }),
  'remove-snapshots': (op) => ({
    sign: '-',
    text: `remove ${op.snapshots.length === 1 ? 'snapshot' : 'snapshots'} ${op.snapshots.map(snapshotId).join(', ')}`,
  }),
  'copy-volume': (op) => ({ sign: '+', text: `copy volume ${op.volume} from ${op.from}` }),
  'sync-volumes': (op) => ({
    sign: '+',
    text:
      op.phase === 'live'
        ? `copy ${names(op.pairs)} from ${op.from} in passes, while it serves`
        : `copy what changed in ${names(op.pairs)}, now that nobody writes`,
  }),
  'prove-volumes': (op) => ({
    sign: '=',
    text: `compare ${names(op.pairs)} with ${op.from}, in every respect`,
  }),
  'verify-volume': (op) => ({ sign: '=', text: `compare volume ${op.volume} with that of ${op.from}` }),
};

const uses: Readonly<Record<BackendUse, string>> = {
  all: 'connections go to',
  spare: 'connections leave',
  none: 'no connection goes to',
  gone: 'forget',
};

function useTexts(changes: readonly BackendChange[]): string {
  return changes.map(({ container, use }) => `${uses[use]} ${container.name}`).join(', ');
}

function gateText({ replaced, of, delayMs }: OperationOf<'pass-gate'>): string {
  if (replaced === of) return 'see how the update went';
  const wait = delayMs === undefined ? '' : `, after ${delayMs / 1000}s`;
  return `go on if ${replaced === 1 ? 'the first' : `the first ${replaced}`} of ${of} went well${wait}`;
}

export function describe<K extends OperationKind>(operation: OperationOf<K> & Operation): Description {
  const entry: (op: OperationOf<K>) => Description = descriptions[operation.kind as K];
  return entry(operation);
}

export function paintSign(sign: Description['sign'], style: Style): string {
  if (sign === '+' || sign === '>') return style.add(sign);
  if (sign === '-') return style.remove(sign);
  return sign === '~' ? style.change(sign) : style.faint(sign);
}

function names(pairs: readonly { readonly target: string }[]): string {
  return volumeNames(pairs.map(({ target }) => target));
}

function volumeNames(all: readonly string[]): string {
  return `${all.length === 1 ? 'volume' : 'volumes'} ${all.join(', ')}`;
}
