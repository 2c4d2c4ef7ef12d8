import type { ServiceVolume } from '../../model/service.ts';
import type { Rule } from '../rule.ts';

/** TSC214: `d:/data` is a path of Windows, not a volume named d. */
export const drives: Rule = ({ project }, report) => {
  for (const [name, service] of Object.entries(project.services)) {
    for (const [i, mount] of (service.volumes ?? []).entries()) {
      const drive = driveIn(mount);
      if (drive === undefined) continue;
      const result =
        mount.source === undefined
          ? `an anonymous volume at ${mount.target}`
          : `the folder ${mount.source} at ${mount.target}`;
      report({
        code: 'TSC214',
        message: `service "${name}": "${drive}:" is read as a drive of Windows, so this mounts ${result}`,
        path: `services.${name}.volumes[${i}]`,
        hint: 'give the volume a name of two letters or more, or use the long syntax: type, source, target',
      });
    }
  }
};

function driveIn({ source, target = '' }: ServiceVolume): string | undefined {
  if (source === undefined) return /^(\p{L}):/u.exec(target)?.[1];
  return target.startsWith('/') ? undefined : /^(\p{L}):/u.exec(source)?.[1];
}
