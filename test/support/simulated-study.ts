import { type StudySpec, type StudySpecInput, studySpecSchema } from "../../core/study.ts";

export { SimulatedStudy } from "../../benchmarks/simulation/simulated-study.ts";

/** A complete specification from a few words. */
export function specOf(input: Partial<StudySpecInput> = {}): StudySpec {
  const parsed = studySpecSchema.parse({
    name: "simulated",
    parameters: [{ name: "x", type: "float", low: 0, high: 1 }],
    objectives: [{ metric: "loss", goal: "minimize" }],
    ...input,
  });
  return { ...parsed, seed: parsed.seed ?? 7 };
}
