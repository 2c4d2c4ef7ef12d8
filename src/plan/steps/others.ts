import { isAlive, isForwarder, sharesNetworkOf } from '../../observe/membership.ts';
import type { ObservedContainer } from '../../observe/observed.ts';
import { once, type UpContext } from '../context.ts';
import type { NodeId } from '../plan.ts';
import { aboutContainer, refTo } from './containers.ts';
import { networkNodes, usersOfNetwork } from './networks.ts';
import { stopPresent } from './present.ts';
import { startNodes } from './start-service.ts';

/**
 * Orphans and one-offs that had to stop because a network is made anew, or because what they share a
 * namespace with stops, go on as before.
 */
export function resumeOthers(context: UpContext, leaving: readonly ObservedContainer[]): void {
  for (const container of leaving) {
    const slots = context.decisions.get(container.service)?.slots ?? [];
    if (context.removing.has(container.id)) continue;
    // Those of services that this plan brings up are made anew, or not wanted any more.
    if (isForwarder(container) && context.decisions.has(container.service)) continue;
    if (slots.some((s) => s.present?.id === container.id)) continue;
    resume(context, container);
  }
}

function resume(context: UpContext, container: ObservedContainer): readonly NodeId[] {
  return once(context, `resume ${container.id}`, () => {
    const { builder, project, observed } = context;
    const subject = aboutContainer(container);
    const reconnected = [...context.changedNetworks].flatMap((key) => {
      const name = project.networks[key]!.name;
      if (!usersOfNetwork(project, observed, key).some((user) => user.id === container.id)) return [];
      const names = isForwarder(container) ? [] : [container.service];
      const endpoint = { Aliases: [container.name, ...names] };
      return builder.add(
        { kind: 'connect-network', network: name, container: refTo(container), endpoint },
        { after: networkNodes(context, key), subject, because: `network ${key} is made anew` },
      );
    });
    const stopped = stopPresent(context, container);
    if (!isAlive(container) || stopped.length === 0) return reconnected;
    const parent = observed.containers.find((p) => sharesNetworkOf(container, p));
    if (parent !== undefined && context.removing.has(parent.id)) {
      const message = `${container.name} lives in the network of ${parent.name}, which goes; it stays stopped`;
      builder.warn('orphan-stopped', message, 'remove it, or bring it up again from its own compose file');
      return reconnected;
    }
    const slot = context.decisions
      .get(parent?.service ?? '')
      ?.slots.find((s) => s.present?.id === parent?.id);
    const after =
      parent === undefined ? [] : slot === undefined ? resume(context, parent) : startNodes(context, slot);
    return [
      builder.add(
        { kind: 'start-container', container: refTo(container) },
        { after: [...reconnected, ...stopped, ...after], subject, because: 'stopped by this plan' },
      ),
    ];
  });
}
