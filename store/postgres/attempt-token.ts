import { createHash } from "node:crypto";

/** A bearer token for one attempt, 256 random bits, and what is stored of it. */
export function newAttemptToken(randomBytes: (size: number) => Uint8Array): { token: string; hash: Buffer } {
  const token = `fat_${Buffer.from(randomBytes(32)).toString("base64url")}`;
  return { token, hash: createHash("sha256").update(token).digest() };
}
