import type { BenchmarkProblem } from "../problem.ts";
import { scaleOf } from "../scales.ts";
import { boosting } from "./boosting.ts";
import { digits } from "./digits.ts";
import type { LiveProblem } from "./problem.ts";

/** Simulated seconds a unit of work: trials of seconds to minutes, a big model's longer than a small one's. */
const SECONDS = 1e-6;

/**
 * Problems that really train, here and now. Training's seed is a function of the params, so that the same params always
 * give the same loss: what chance adds is a roughness of the response that no repetition averages out.
 */
export function loadLive(): BenchmarkProblem[] {
  return [digits, boosting].map(liveProblem);
}

function liveProblem({ name, split, parameters, train }: LiveProblem): BenchmarkProblem {
  return {
    name,
    family: "live",
    split,
    space: { parameters, constraints: [] },
    objectives: 1,
    evaluate(params) {
      const { loss, work } = train(params);
      return { losses: [loss], seconds: SECONDS * work };
    },
    get best() {
      return scaleOf(name).best;
    },
    get reference() {
      return scaleOf(name).reference;
    },
    score: (loss) => loss,
  };
}
