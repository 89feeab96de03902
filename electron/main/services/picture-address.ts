import { BlockList, isIP } from 'node:net';
import { isLoopback } from '../ai/endpoint';

/** Where an address that a stranger wrote leads: to the net, to this machine, or where Candor does not go. */
type Reach = 'public' | 'loopback' | 'refused';

const MAX_ADDRESS = 4_000;
const LOCAL_NAMES = /(?:^[^.]+|\.(?:local|internal|lan|home|home\.arpa|onion))\.?$/iu;

/** https to a public host; loopback by either scheme, for those who run a network's server on this machine. */
export function reachOf(address: string): Reach {
  if (address.length > MAX_ADDRESS || !URL.canParse(address)) return 'refused';
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return 'refused';
  if (isLoopback(address)) return /^https?:$/u.test(url.protocol) ? 'loopback' : 'refused';
  if (url.protocol !== 'https:') return 'refused';
  const host = url.hostname.replace(/^\[|\]$/gu, '');
  if (isIP(host) !== 0) return isPublicIp(host) ? 'public' : 'refused';
  return LOCAL_NAMES.test(host) ? 'refused' : 'public';
}

export const isPublicIp = (ip: string): boolean =>
  isIP(ip) !== 0 && !notPublic.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');

/** The special-purpose registries of IANA: private, link-local, loopback, documentation, multicast, reserved. */
const notPublic = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  notPublic.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of [
  ['::', 127],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
] as const)
  notPublic.addSubnet(net, prefix, 'ipv6');
