import type { Service } from '../model/service.ts';

/** How many containers the files ask for. */
export function replicasOf({ scale, deploy }: Service): number {
  return scale ?? deploy?.replicas ?? 1;
}

/** Whether a service runs when these profiles are active. */
export function isActive({ profiles }: Pick<Service, 'profiles'>, active: readonly string[]): boolean {
  return profiles === undefined || active.includes('*') || profiles.some((one) => active.includes(one));
}

/** Whether there is a set of profiles, the active ones at least, with which both services run. */
export function runTogether(a: Service, b: Service, activeProfiles: readonly string[]): boolean {
  if (a.profiles === undefined || b.profiles === undefined) return true;
  return (
    (isActive(a, activeProfiles) && isActive(b, activeProfiles)) ||
    a.profiles.some((profile) => b.profiles?.includes(profile))
  );
}
