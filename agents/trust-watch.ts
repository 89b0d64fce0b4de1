import type { Leases } from "./lease.ts";

/** Longest time between two looks: windows shrink when the server shortens the lease, which sets no timer anew. */
const LONGEST_LOOK_MS = 500;

/**
 * Calls `fence` as soon as a trust window passes, whatever the heartbeat is doing then. Returns the end of it.
 * A timer cannot fire while the process is frozen; that is why each request asks for trust by itself, too.
 */
export function watchTrust(leases: Leases, clock: () => number, fence: () => void): () => void {
  let timer: NodeJS.Timeout;
  const look = () => {
    fence();
    const expiry = leases.nextExpiry();
    const untilExpiry = expiry === null ? LONGEST_LOOK_MS : Math.max(1, expiry - clock());
    timer = setTimeout(look, Math.min(LONGEST_LOOK_MS, untilExpiry));
  };
  look();
  return () => clearTimeout(timer);
}
