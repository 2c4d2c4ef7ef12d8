const octet = /^(?:0|[1-9][0-9]{0,2})$/;

/** 4 or 6 for an IP address, 0 for anything else. (node:net costs start-up time.) */
export function isIP(text: string): 0 | 4 | 6 {
  if (isIPv4(text)) return 4;
  return isIPv6(text) ? 6 : 0;
}

function isIPv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((p) => octet.test(p) && Number(p) <= 255);
}

function isIPv6(text: string): boolean {
  const percent = text.indexOf('%');
  const address = percent < 0 ? text : text.slice(0, percent);
  if (!address.includes(':') || percent === text.length - 1) return false;
  const halves = address.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [h, half] of halves.entries()) {
    if (half === '') continue;
    const parts = half.split(':');
    for (const [i, part] of parts.entries()) {
      const lastOfAll = i === parts.length - 1 && h === halves.length - 1;
      if (lastOfAll && part.includes('.') && isIPv4(part)) groups += 2;
      else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups++;
      else return false;
    }
  }
  return halves.length === 2 ? groups < 8 : groups === 8;
}

/** Whether a host is this machine itself. An IPv6 address may have brackets. */
export function isLoopback(host: string): boolean {
  return ['localhost', '::1', '[::1]'].includes(host) || host.startsWith('127.');
}

/** Whether two IPv4 subnets such as `10.0.0.0/8` have addresses in common. Others are compared as text. */
export function overlapping(a: string, b: string): boolean {
  const [one, two] = [rangeOf(a), rangeOf(b)];
  if (one === undefined || two === undefined) return a === b;
  return one.from <= two.to && two.from <= one.to;
}

function rangeOf(subnet: string): { from: number; to: number } | undefined {
  const [address = '', bits = '32'] = subnet.split('/');
  const length = Number(bits);
  if (!isIPv4(address) || !/^\d+$/.test(bits) || length > 32) return undefined;
  const size = 2 ** (32 - length);
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const from = Math.floor(number / size) * size;
  return { from, to: from + size - 1 };
}
