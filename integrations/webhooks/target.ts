import { isIP } from "node:net";
import { isLoopbackAddress, isPublicAddress } from "./address.ts";

/** What a webhook may reach. The server sends on behalf of others, from inside its network: nothing but this is allowed. */
export interface TargetPolicy {
  /** Every address, and http as well as https: for receivers in a network of one's own. */
  allowPrivate: boolean;
  /** This machine too, by https or http: where everyone who can make a webhook is on it anyway. */
  allowLoopback: boolean;
}

export interface Address {
  address: string;
  family: 4 | 6;
}

/** All addresses of a name; rejects when there are none. */
export type Resolve = (hostname: string) => Promise<readonly Address[]>;

/** A target that may be connected to, at these addresses and no other. */
export interface PinnedTarget {
  url: URL;
  addresses: readonly Address[];
}

export class RefusedTargetError extends Error {}

/** Why a URL can be no target, as far as it tells by itself; null when it can. */
export function refuseUrl(text: string, policy: TargetPolicy): string | null {
  if (!URL.canParse(text)) return "it is not a URL";
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return "only https is spoken";
  // A URL is shown in lists; a password in it would be too.
  if (url.username !== "" || url.password !== "") return "it carries a user name or a password";
  if (policy.allowPrivate) return null;
  const host = hostOf(url);
  const isLocal = isLoopbackAddress(host) || host === "localhost";
  if (url.protocol === "http:" && !(isLocal && policy.allowLoopback)) return "only https is spoken";
  return isIP(host) === 0 && host !== "localhost" ? null : refuseAddress(host, url, policy);
}

/**
 * Resolves a target once, and checks every address that its name has: one bad among them refuses the whole, since which
 * one would be used is not for the name's owner to play with. @throws RefusedTargetError; what `resolve` rejects with.
 */
export async function pinTarget(text: string, policy: TargetPolicy, resolve: Resolve): Promise<PinnedTarget> {
  const refused = refuseUrl(text, policy);
  if (refused !== null) throw new RefusedTargetError(refused);
  const url = new URL(text);
  const host = hostOf(url);
  const family = isIP(host);
  const addresses =
    family === 0 ? await resolve(host) : [{ address: host, family: family === 4 ? 4 : 6 } as const];
  if (addresses.length === 0) throw new RefusedTargetError("its name has no address");
  for (const { address } of addresses) {
    const reason = refuseAddress(address, url, policy);
    if (reason !== null) throw new RefusedTargetError(reason);
  }
  return { url, addresses };
}

function refuseAddress(host: string, url: URL, policy: TargetPolicy): string | null {
  if (policy.allowPrivate) return null;
  const isLocal = host === "localhost" || isLoopbackAddress(host);
  if (isLocal && policy.allowLoopback) return null;
  // Plain text never leaves the machine, whatever "localhost" resolves to.
  if (url.protocol === "https:" && isPublicAddress(host)) return null;
  return "its address is not a public one";
}

/** The host without the brackets of an IPv6 literal. WHATWG URLs have normalised forms such as 0x7f.1 by now. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}
