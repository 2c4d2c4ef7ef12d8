import type { Service } from '../model/service.ts';

/** How many containers the files ask for. */
export function replicasOf({ scale, deploy }: Service): number {
  return scale ?? deploy?.replicas ?? 1;
}

/** Whether there is a set of profiles, the active ones at least, with which both services run. */
export function runTogether(a: Service, b: Service, activeProfiles: readonly string[]): boolean {
  if (a.profiles === undefined || b.profiles === undefined) return true;
  const active = ({ profiles = [] }: Service): boolean =>
    activeProfiles.includes('*') || profiles.some((profile) => activeProfiles.includes(profile));
  return (active(a) && active(b)) || a.profiles.some((profile) => b.profiles?.includes(profile));
}
