import type { Rule } from '../rule.ts';

/** TSC206: what is mounted from the host and is not there. */
export const bindSources: Rule = ({ project, reader }, report) => {
  const missing = (path: string | undefined): path is string =>
    path?.startsWith('/') === true && reader.kindOf(path) === 'missing';
  for (const [name, service] of Object.entries(project.services)) {
    for (const [i, mount] of (service.volumes ?? []).entries()) {
      if (mount.type !== 'bind' || !missing(mount.source)) continue;
      const refused = mount.bind?.create_host_path === false;
      const then = refused ? "the container can't be created" : 'the engine makes an empty folder there';
      report({
        code: 'TSC206',
        message: `service "${name}" mounts ${mount.source}, which does not exist: ${then}`,
        path: `services.${name}.volumes[${i}]`,
        hint: 'check the path, or create it',
      });
    }
    for (const [i, { path }] of (service.develop?.watch ?? []).entries()) {
      if (!missing(path)) continue;
      report({
        code: 'TSC206',
        message: `service "${name}" watches ${path}, which does not exist`,
        path: `services.${name}.develop.watch[${i}].path`,
        hint: 'check the path, or create it',
      });
    }
  }
  for (const [key, { driver_opts: options = {} }] of Object.entries(project.volumes)) {
    const { device = '', o = '' } = options;
    if (device === '' || !o.split(',').includes('bind')) continue;
    const absolute = device.startsWith('/');
    if (absolute && !missing(device)) continue;
    const why = absolute ? 'which does not exist' : 'which is no absolute path';
    report({
      code: 'TSC206',
      message: `volume "${key}" is bound to ${device}, ${why}: no container can mount it`,
      path: `volumes.${key}.driver_opts.device`,
      hint: absolute
        ? 'check the path, or create it'
        : 'with `driver: local` it is a path from the project folder',
    });
  }
};
