import type { ContainerBody, EndpointBody } from '../../model/bodies.ts';
import {
  flagOf,
  listOf,
  numberOf,
  objectOf,
  type Raw,
  textMapOf,
  textOf,
  textsOf,
  textsOrNull,
} from '../../util/json.ts';
import { signalNames } from '../../util/signals.ts';
import type { ContainerDetails, HealthDetails, PortSummary } from '../engine.ts';
import { endpoints, imageId, mountSummary, sortPorts, stateOf } from './summary.ts';

/** The answer of `/containers/{id}/json`. */
export function containerDetails(raw: Raw): ContainerDetails {
  const state = objectOf(raw['State']);
  const config = objectOf(raw['Config']);
  const settings = objectOf(raw['NetworkSettings']);
  return {
    id: textOf(raw['Id']),
    name: textOf(raw['Name']).replace(/^\//, ''),
    image: textOf(config['Image']),
    imageId: imageId(raw['Image']),
    created: textOf(raw['Created']),
    state: {
      status: stateOf(state['Status']),
      running: flagOf(state['Running']),
      paused: flagOf(state['Paused']),
      restarting: flagOf(state['Restarting']),
      oomKilled: flagOf(state['OOMKilled']),
      pid: numberOf(state['Pid']),
      exitCode: numberOf(state['ExitCode']),
      error: textOf(state['Error']),
      startedAt: textOf(state['StartedAt']),
      finishedAt: textOf(state['FinishedAt']),
      health: healthDetails(objectOf(state['Health'])),
    },
    restartCount: numberOf(raw['RestartCount']),
    platform: textOf(raw['Platform']),
    body: bodyOf(config, objectOf(raw['HostConfig']), objectOf(settings['Networks'])),
    mounts: listOf(raw['Mounts']).map(mountSummary),
    networks: endpoints(settings['Networks']),
    ports: publishedPorts(objectOf(settings['Ports'])),
  };
}

/** Undefined without a health check: Docker leaves the object out or says `none`, Podman's status is ''. */
function healthDetails(raw: Raw): HealthDetails | undefined {
  const status = textOf(raw['Status']);
  if (status !== 'starting' && status !== 'healthy' && status !== 'unhealthy') return undefined;
  return {
    status,
    failingStreak: numberOf(raw['FailingStreak']),
    log: listOf(raw['Log']).map((entry) => {
      const line = objectOf(entry);
      return {
        start: textOf(line['Start']),
        end: textOf(line['End']),
        exitCode: numberOf(line['ExitCode']),
        output: textOf(line['Output']),
      };
    }),
  };
}

/** `{"80/tcp": [{HostIp, HostPort}], "81/tcp": null}` */
function publishedPorts(raw: Raw): PortSummary[] {
  return sortPorts(
    Object.entries(raw).flatMap(([key, bindings]): PortSummary[] => {
      const [port = '', protocol = 'tcp'] = key.split('/');
      const hosts = listOf(bindings).map(objectOf);
      if (hosts.length === 0) return [{ hostIp: '', hostPort: undefined, port: Number(port), protocol }];
      return hosts.map((host) => ({
        hostIp: textOf(host['HostIp']),
        hostPort: numberOf(host['HostPort']),
        port: Number(port),
        protocol,
      }));
    }),
  );
}

/**
 * Config and HostConfig are the create body by the API's definition; the parts that both engines may
 * leave out or spell in another way are read, the others are handed on as the engine shows them.
 */
function bodyOf(config: Raw, hostConfig: Raw, networks: Raw): ContainerBody {
  const { StopSignal, Entrypoint, ...plain } = config;
  const signal = signalName(textOf(StopSignal));
  const entrypoint = textsOrNull(Entrypoint);
  const body: ContainerBody = {
    ...plain,
    Image: textOf(config['Image']),
    Labels: textMapOf(config['Labels']),
    Env: textsOf(config['Env']),
    Cmd: textsOrNull(config['Cmd']),
    Entrypoint: entrypoint?.length === 0 ? null : entrypoint,
    ...(signal === '' ? {} : { StopSignal: signal }),
    HostConfig: { ...hostConfig, ...ulimitsOf(hostConfig) },
    NetworkingConfig: {
      EndpointsConfig: Object.fromEntries(
        Object.entries(networks).map(([name, endpoint]) => [name, endpointBody(objectOf(endpoint))]),
      ),
    },
  };
  return body;
}

function ulimitsOf(hostConfig: Raw): Pick<ContainerBody['HostConfig'], 'Ulimits'> {
  const ulimits = listOf(hostConfig['Ulimits']).map(objectOf);
  if (ulimits.length === 0) return {};
  return {
    Ulimits: ulimits.map((limit) => ({
      Name: textOf(limit['Name'])
        .replace(/^RLIMIT_/, '')
        .toLowerCase(),
      Soft: numberOf(limit['Soft']),
      Hard: numberOf(limit['Hard']),
    })),
  };
}

function endpointBody(raw: Raw): EndpointBody {
  const ipam = objectOf(raw['IPAMConfig']);
  const mac = textOf(raw['MacAddress']);
  return {
    ...(Object.keys(ipam).length === 0 ? {} : { IPAMConfig: ipam }),
    Aliases: textsOf(raw['Aliases']),
    ...(listOf(raw['Links']).length === 0 ? {} : { Links: textsOf(raw['Links']) }),
    ...(mac === '' ? {} : { MacAddress: mac }),
    ...(Object.keys(objectOf(raw['DriverOpts'])).length === 0
      ? {}
      : { DriverOpts: textMapOf(raw['DriverOpts']) }),
  };
}

/** Podman shows numbers. */
function signalName(text: string): string {
  return signalNames[text] ?? text;
}
