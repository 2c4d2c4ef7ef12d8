import { UserError } from '../../diagnostic/errors.ts';
import { defineCommand } from '../command.ts';
import { runningContainer } from '../containers.ts';
import { onTarget } from '../session.ts';
import { index } from './options.ts';

/** `port`: where a container's port is reached from outside. */
export const port = defineCommand({
  name: 'port',
  usage: '[OPTIONS] SERVICE PRIVATE_PORT',
  summary: "Print the address at which a service's port is published",
  options: {
    index,
    protocol: {
      type: 'string',
      default: 'tcp',
      choices: ['tcp', 'udp', 'sctp'],
      summary: 'tcp, udp or sctp',
    },
  },
  args: { min: 2, max: 2 },
  examples: [['tscompose port web 80', 'prints where the port is reached: 0.0.0.0:8080']],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const [service = '', wanted = ''] = args;
    const number = Number(wanted);
    if (!/^\d+$/.test(wanted) || number > 65535) {
      throw new UserError('usage', `invalid port ${JSON.stringify(wanted)}`, {
        hint: 'a number up to 65535',
      });
    }
    return onTarget(context, async (engine, { name }) => {
      const container = await runningContainer(engine, name, service, options.index);
      const protocol = options.protocol ?? 'tcp';
      const bound = container.ports.find(
        (p) => p.port === number && p.protocol === protocol && (p.hostPort ?? 0) !== 0,
      );
      if (bound === undefined) {
        const others = container.ports.map((p) => `${p.port}/${p.protocol}`).join(', ');
        const known = others === '' ? '' : `: ${others}`;
        throw new UserError(
          'no-port',
          `no port ${number}/${protocol} for container ${container.name}${known}`,
        );
      }
      const host = bound.hostIp.includes(':') ? `[${bound.hostIp}]` : bound.hostIp || '0.0.0.0';
      context.terminal.stdout.write(`${host}:${bound.hostPort}\n`);
      return 0;
    });
  },
});
