import { createHash, timingSafeEqual } from "node:crypto";

/** Bearer tokens: `ftl_<id>_<secret>`. The id is public and finds the row; the hash of the whole is what is stored. */

const PATTERN = /^ftl_([a-z0-9]{12})_([A-Za-z0-9_-]{43})$/;

export interface NewToken {
  id: string;
  /** Shown once. */
  token: string;
  hash: Uint8Array;
}

/** A token with 256 random bits. */
export function makeToken(randomBytes: (size: number) => Uint8Array): NewToken {
  const id = Buffer.from(randomBytes(6)).toString("hex");
  const token = `ftl_${id}_${Buffer.from(randomBytes(32)).toString("base64url")}`;
  return { id, token, hash: hashToken(token) };
}

/** The id in a token; null when it is no token of this form. */
export function tokenId(token: string): string | null {
  return PATTERN.exec(token)?.[1] ?? null;
}

/** Fast on purpose: the token has 256 bits of entropy, no password. */
export function hashToken(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}

/** Whether two hashes are equal, in constant time. */
export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
