// Under which name a network address is counted. Owns that one household's or server's addresses are one; must not count.
import { isIPv4, isIPv6 } from 'node:net';

/**
 * [AUTH-12] An IPv4 address without a port, whichever way it was written; of an IPv6 address the /64, which is the least that one caller is
 * given and which holds 2^64 addresses to choose from. What is no address stays as it is, cut short.
 */
export function callerAddress(given: string): string {
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(given)?.[1] ?? given;
  const address = bare.replace(/%.*$/, '');
  const v4 = /^(?:::ffff:)?([\d.]+)(?::\d+)?$/i.exec(address)?.[1];
  if (v4 !== undefined && isIPv4(v4)) return v4;
  if (!isIPv6(address)) return given.slice(0, 60);
  const [head = '', tail] = address.toLowerCase().split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  // An IPv4 address at the end stands for two groups; it is never among the first four here but in ::/64 itself.
  const groups = [...first, ...Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0'), ...last];
  const network = groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${network.join(':')}::/64`;
}
