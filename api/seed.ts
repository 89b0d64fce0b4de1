import type { z } from "zod";
import type { StudySpec, studySpecSchema } from "../core/study.ts";

/** The specification with its seed; one of 48 random bits when it names none. */
export function withSeed(
  spec: z.infer<typeof studySpecSchema>,
  randomBytes: (size: number) => Uint8Array,
): StudySpec {
  return { ...spec, seed: spec.seed ?? Buffer.from(randomBytes(6)).readUIntBE(0, 6) };
}
