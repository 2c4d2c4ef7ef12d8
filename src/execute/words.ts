import { snapshotId } from '../model/snapshot.ts';
import type { Operation, OperationKind, OperationOf } from '../plan/operations.ts';

/** What people are told of an operation: the resource, and the words before and after. */
interface Words<K extends OperationKind> {
  readonly id: (operation: OperationOf<K>) => string;
  /** '' says nothing. */
  readonly begin: string;
  readonly done: string;
}

const container = (operation: { readonly container: { readonly name: string } }) =>
  `Container ${operation.container.name}`;
const image = (operation: { readonly image: string }) => `Image ${operation.image}`;
const volume = (operation: { readonly volume: string }) => `Volume ${operation.volume}`;
const pairs = (operation: { readonly pairs: readonly { readonly target: string }[] }) =>
  `Volume ${operation.pairs.map(({ target }) => shortName(target)).join(', ')}`;

const snapshotted = (all: readonly { readonly volume: string }[]) =>
  `Snapshot of ${all.map((one) => shortName(one.volume)).join(', ')}`;

/** Names that an engine has made up say nothing in full. */
export const shortName = (name: string) => (/^[0-9a-f]{64}$/.test(name) ? name.slice(0, 12) : name);

/** Ids and words are docker compose's, so that tools which read them keep working. */
const table: { readonly [K in OperationKind]: Words<K> } = {
  'create-network': { id: (o) => `Network ${o.body.Name}`, begin: 'Creating', done: 'Created' },
  'remove-network': { id: (o) => `Network ${o.name}`, begin: 'Removing', done: 'Removed' },
  'connect-network': { id: container, begin: '', done: '' },
  'disconnect-network': { id: container, begin: '', done: '' },
  'copy-files': { id: container, begin: '', done: '' },
  'create-volume': { id: (o) => `Volume ${o.body.Name}`, begin: 'Creating', done: 'Created' },
  'remove-volume': { id: (o) => `Volume ${o.name}`, begin: 'Removing', done: 'Removed' },
  'pull-image': { id: image, begin: 'Pulling', done: 'Pulled' },
  'push-image': { id: (o) => o.image, begin: 'Pushing', done: 'Pushed' },
  'build-image': { id: image, begin: 'Building', done: 'Built' },
  'copy-image': { id: (o) => `Image ${o.as ?? o.image}`, begin: 'Copying', done: 'Copied' },
  'remove-image': { id: image, begin: 'Removing', done: 'Removed' },
  'create-container': { id: (o) => `Container ${o.name}`, begin: 'Creating', done: 'Created' },
  'start-container': { id: container, begin: 'Starting', done: 'Started' },
  'stop-container': { id: container, begin: 'Stopping', done: 'Stopped' },
  'kill-container': { id: container, begin: 'Killing', done: 'Killed' },
  'restart-container': { id: container, begin: 'Restarting', done: 'Started' },
  'pause-container': { id: container, begin: '', done: 'Paused' },
  'unpause-container': { id: container, begin: '', done: 'Unpaused' },
  'rename-container': { id: (o) => `Container ${o.to}`, begin: '', done: '' },
  'update-container': { id: container, begin: 'Updating', done: 'Updated' },
  'remove-container': { id: container, begin: 'Removing', done: 'Removed' },
  'wait-container': { id: container, begin: 'Waiting', done: '' },
  'set-forward': { id: (o) => `Container ${o.forwarder.name}`, begin: '', done: '' },
  'drain-backend': { id: container, begin: 'Draining', done: 'Drained' },
  'probe-backend': { id: container, begin: '', done: '' },
  'monitor-container': { id: container, begin: 'Watching', done: '' },
  'pass-gate': { id: (o) => `Service ${o.service}`, begin: '', done: '' },
  'run-hook': { id: container, begin: '', done: '' },
  'run-pre-start': { id: (o) => `Service ${o.service}`, begin: '', done: '' },
  'prepare-model': { id: (o) => o.name, begin: '', done: '' },
  'run-provider': { id: (o) => o.service, begin: '', done: '' },
  // Their runners tell of each volume.
  'snapshot-volumes': { id: (o) => snapshotted(o.snapshots), begin: '', done: '' },
  'restore-volumes': { id: (o) => snapshotted(o.pairs), begin: '', done: '' },
  'remove-snapshots': {
    id: (o) => `Snapshot ${o.snapshots.map(snapshotId).join(', ')}`,
    ...{ begin: 'Removing', done: 'Removed' },
  },
  'copy-volume': { id: volume, begin: 'Copying', done: 'Copied' },
  'verify-volume': { id: volume, begin: 'Verifying', done: 'Verified' },
  'sync-volumes': { id: pairs, begin: 'Copying', done: 'Copied' },
  'prove-volumes': { id: pairs, begin: 'Verifying', done: 'Verified' },
};

export interface Told {
  readonly id: string;
  readonly begin: string;
  readonly done: string;
}

/** The words of one operation. */
export function wordsFor<K extends OperationKind>(operation: OperationOf<K> & Operation): Told {
  const words: Words<K> = table[operation.kind as K];
  return { id: words.id(operation), begin: words.begin, done: words.done };
}
