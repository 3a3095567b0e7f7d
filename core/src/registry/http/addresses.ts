import { BlockList, isIP } from 'node:net';

/** The host of a URL without the brackets of an IPv6 literal. */
function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

type Subnets = readonly (readonly [network: string, prefix: number])[];

/** What tells whether a URL's host is an address of these networks. Nothing is made of them before it is asked. */
function inSubnets(subnets: Subnets): (url: URL) => boolean {
  let list: BlockList | undefined;
  return (url) => {
    const host = bareHost(url);
    const family = isIP(host);
    if (family === 0) return false;
    list ??= blockList(subnets);
    // BlockList checks an IPv4-mapped IPv6 address against the IPv4 rules too.
    return list.check(host, family === 6 ? 'ipv6' : 'ipv4');
  };
}

function blockList(subnets: Subnets): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) {
    list.addSubnet(network, prefix, isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

const isLoopbackAddress = inSubnets([
  ['127.0.0.0', 8],
  ['::1', 128],
]);

const isPrivateNetwork = inSubnets([
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['::', 127],
  ['fc00::', 7],
]);

/** An IP literal of a link-local network, where clouds keep their metadata services. */
export const isLinkLocal: (url: URL) => boolean = inSubnets([
  ['169.254.0.0', 16],
  ['fe80::', 10],
  ['fd00:ec2::', 32],
]);

/** `localhost`, 127.0.0.0/8 or ::1: a peer on this machine, whose traffic no one can listen to. */
export function isLoopback(url: URL): boolean {
  const isNamed = url.hostname === 'localhost' || url.hostname.endsWith('.localhost');
  return isNamed || isLoopbackAddress(url);
}

/** An IP literal that is not of the public internet: private, loopback, link-local or unspecified. */
export function isPrivateAddress(url: URL): boolean {
  return isLinkLocal(url) || isPrivateNetwork(url);
}
