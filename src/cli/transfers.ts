import type { Project } from '../model/project.ts';
import type { Outcome } from '../pipeline.ts';
import type { Context } from './session.ts';

/** Names the images that did not move though the command goes on, and says how those that are built come. */
export function tellMissed(
  { terminal }: Pick<Context, 'terminal'>,
  { plan, result }: Outcome,
  done: 'pulled' | 'pushed',
  project?: Project,
): void {
  const failed = new Set((result?.timings ?? []).filter((t) => t.end === 'failed').map((t) => t.node));
  const missed = plan.nodes
    .filter((node) => node.optional === true && failed.has(node.id))
    .map((node) => node.subject.name);
  if (missed.length === 0) return;
  const services = Object.entries(project?.services ?? {}).filter(
    ([, { build, image }]) => build !== undefined && image !== undefined && missed.includes(image),
  );
  const built = new Set(services.map(([, { image }]) => image));
  const others = missed.filter((image) => !built.has(image));
  if (others.length > 0) terminal.stderr.write(`warning: not ${done}: ${others.join(', ')}\n`);
  if (services.length > 0) {
    const names = services.map(([name]) => name).join(' ');
    terminal.stderr.write(
      `warning: Some service image(s) must be built from source by running:\n    tscompose build ${names}\n`,
    );
  }
}
