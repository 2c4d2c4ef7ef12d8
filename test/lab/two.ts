import { afterAll, beforeAll } from 'vitest';
import { Host, labFolder, startHosts } from './hosts.ts';

/** Two hosts for the tests of a suite: they start before the first one and end after the last one. */
export function twoHosts(...images: string[]): { readonly one: Host; readonly two: Host } {
  // A suite is read outside of a lab too, where it is skipped.
  const [one, two] = [new Host(labFolder ?? '', 1), new Host(labFolder ?? '', 2)];
  let end: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    end = await startHosts([one, two], images);
  }, 240_000);
  afterAll(() => end?.());
  return { one, two };
}
