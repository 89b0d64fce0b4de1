import { createHmac } from "node:crypto";

export const SIGNATURE_HEADER = "fettle-signature";

/**
 * `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`. The time is signed with the body, so a receiver can refuse what
 * was recorded earlier; "v1" leaves room for another scheme beside it.
 */
export function signature(secret: Uint8Array, body: string, unixSeconds: number): string {
  const digest = createHmac("sha256", secret).update(`${unixSeconds}.${body}`).digest("hex");
  return `t=${unixSeconds},v1=${digest}`;
}
