import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { canonicalJson, type Json } from "../../core/json.ts";
import { studyRng } from "../../core/rng.ts";
import type { BenchmarkProblem } from "../problems/problem.ts";
import { randomParams } from "../problems/reference.ts";

/** What a report says of a problem; kept beside the records, so that reporting needs none of the recorded data. */
export interface ProblemFacts {
  name: string;
  family: string;
  split: "dev" | "held-out";
  objectives: number;
  /** Searched parameters. */
  dimensions: number;
  conditional: boolean;
  noisy: boolean;
  best: number;
  reference: number;
  /** Changes when the problem does: records of another task are none of this one. */
  task: string;
}

/** Points whose losses stand for the whole problem in its digest. */
const PROBES = 2;

/** Eight hexadecimal digits of the space and of what training reports at a few points. */
export function taskOf(problem: BenchmarkProblem): string {
  const draw = randomParams(problem.space);
  const rng = studyRng(0, `${problem.name}/task`);
  const losses = Array.from({ length: PROBES }, (_, repetition) => {
    // Nine digits: neither libm's last bits nor a surrogate's order of summing make another problem.
    return problem.evaluate(draw(rng), repetition).losses.map((loss) => loss.toPrecision(9));
  });
  const text = canonicalJson({ space: problem.space as unknown as Json, losses });
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

export function factsOf(problem: BenchmarkProblem): ProblemFacts {
  const { name, family, split, objectives, space, best, reference } = problem;
  const searched = space.parameters.filter(({ type }) => type !== "fixed");
  return {
    name,
    family,
    split,
    objectives,
    dimensions: searched.length,
    conditional: searched.some(({ when }) => when !== undefined),
    noisy: problem.noiseless !== undefined,
    best,
    reference,
    task: taskOf(problem),
  };
}

export function readFacts(file: string): ProblemFacts[] {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
}

/** Adds these problems to the file, or puts them in the place of what it said of them. */
export function mergeFacts(file: string, facts: readonly ProblemFacts[]): void {
  const known = new Map(readFacts(file).map((fact) => [fact.name, fact]));
  for (const fact of facts) known.set(fact.name, fact);
  mkdirSync(dirname(file), { recursive: true });
  const sorted = [...known.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  writeFileSync(file, `[\n${sorted.map((fact) => JSON.stringify(fact)).join(",\n")}\n]\n`);
}
