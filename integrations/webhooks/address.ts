import { BlockList, isIP, isIPv4 } from "node:net";

/** IPv4 blocks that are not globally reachable, or belong to no single host (IANA special-purpose registry, RFC 6890). */
const NOT_PUBLIC_4: readonly [string, number][] = [
  ["0.0.0.0", 8], // this network
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // carrier-grade NAT
  ["127.0.0.0", 8], // loopback
  ["169.254.0.0", 16], // link-local, cloud metadata
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // protocol assignments
  ["192.0.2.0", 24], // documentation
  ["192.88.99.0", 24], // 6to4 relays
  ["192.168.0.0", 16], // private
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, broadcast
];

/**
 * Within the one IPv6 block that is given out (2000::/3) those that are not plain unicast: Teredo and other protocol
 * assignments, documentation, and 6to4, which hides an IPv4 address. Everything outside it (loopback, link-local, ULA,
 * multicast, IPv4-mapped, NAT64) is not public to begin with.
 */
const NOT_PUBLIC_6: readonly [string, number][] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const notPublic = new BlockList();
for (const [network, prefix] of NOT_PUBLIC_4) notPublic.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of NOT_PUBLIC_6) notPublic.addSubnet(network, prefix, "ipv6");

const unicast6 = new BlockList();
unicast6.addSubnet("2000::", 3, "ipv6");

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Whether an address is a host on the public internet. False for what is no address, and for one with a zone. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !notPublic.check(address, "ipv4");
  if (isIP(address) !== 6 || address.includes("%")) return false;
  return unicast6.check(address, "ipv6") && !notPublic.check(address, "ipv6");
}

/** 127.0.0.0/8 or ::1 as such; an IPv4-mapped form is not taken for it. */
export function isLoopbackAddress(address: string): boolean {
  if (isIPv4(address)) return loopback.check(address, "ipv4");
  return isIP(address) === 6 && !/%|^::ffff:/i.test(address) && loopback.check(address, "ipv6");
}
