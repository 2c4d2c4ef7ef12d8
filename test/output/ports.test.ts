import { expect, test } from 'vitest';
import type { PortSummary } from '../../src/engine/engine.ts';
import { formatPorts } from '../../src/output/ports.ts';

const port = (text: string): PortSummary => {
  const [, hostIp = '', hostPort, inside, protocol = ''] = /^(?:(.*):(\d+)->)?(\d+)\/(\w+)$/.exec(text) ?? [];
  return {
    hostIp,
    port: Number(inside),
    hostPort: hostPort === undefined ? undefined : Number(hostPort),
    protocol,
  };
};

test.each([
  [['127.0.0.1:4000->80/tcp', '127.0.0.1:4001->53/udp'], '127.0.0.1:4001->53/udp, 127.0.0.1:4000->80/tcp'],
  [['0.0.0.0:80->80/tcp', '0.0.0.0:81->81/tcp', '443/tcp'], '0.0.0.0:80-81->80-81/tcp, 443/tcp'],
  [['0.0.0.0:8000->80/tcp', '0.0.0.0:8001->81/tcp'], '0.0.0.0:8000->80/tcp, 0.0.0.0:8001->81/tcp'],
  [['9/tcp', '7/tcp', '8/tcp', '8/udp'], '7-9/tcp, 8/udp'],
  [['1/tcp', '3/tcp', '4/tcp'], '1/tcp, 3-4/tcp'],
  [['0.0.0.0:80->80/tcp', ':::80->80/tcp'], '0.0.0.0:80->80/tcp, [::]:80->80/tcp'],
  [['0.0.0.0:90->80/tcp', '443/tcp'], '443/tcp, 0.0.0.0:90->80/tcp'],
  [[], ''],
])('%j: %s', (ports, wanted) => expect(formatPorts(ports.map(port))).toBe(wanted));
