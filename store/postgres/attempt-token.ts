import { createHash } from "node:crypto";

/** The bearer token of one attempt, and what is stored of it. Its ids are readable, so that no search is needed. */
export function newAttemptToken(trialId: string, attempt: number, randomBytes: (size: number) => Uint8Array) {
  const token = `fat_${trialId}_${attempt}_${Buffer.from(randomBytes(32)).toString("base64url")}`;
  return { token, hash: createHash("sha256").update(token).digest() };
}
