import type { Problem } from "../../core/algorithm.ts";
import type { Rng } from "../../core/rng.ts";
import type { Distinct } from "../common/distinct.ts";
import type { Model, Proposal } from "../common/guided-search.ts";
import type { History } from "../common/history.ts";
import { acquisitionOf, below, posteriorTerm } from "./acquisition.ts";
import type { GpConfig } from "./config.ts";
import { explainProposal } from "./explain.ts";
import { createFeatures } from "./features.ts";
import { createMaximiser } from "./maximise.ts";
import { objectiveOf } from "./objective.ts";
import { believing, createOutputModels, type Outputs } from "./outputs.ts";

/** Trials that local search starts from. */
const INCUMBENTS = 5;
/** ln of an expected improvement, in standard deviations of the targets, that is hardly one. */
const NEGLIGIBLE = -7;
/** Then every other point is to improve by so much at least, which is nowhere near the best. */
const CLEAR_MARGIN = 0.1;
const CLEAR_SHARE = 0.5;

/** Proposes the points where the acquisition function is largest, best first. */
export function createGpModel(
  problem: Problem,
  config: GpConfig,
  history: History,
  distinct: Distinct,
): Model {
  const trialOf = problem.trialOf ?? ((n: number) => n);
  const features = createFeatures(problem);
  const { pin } = features;
  const maximiser = createMaximiser(problem, features, distinct);
  const models = createOutputModels(problem, features, config);

  const look = (outputs: Outputs, margin: number, rng: Rng): ScoredProposal[] => {
    const pending = history.pending.map(models.rowOf);
    const aim = objectiveOf(problem, features, outputs, pending, margin, rng);
    const limits = outputs.limits.map(({ posterior, threshold }) =>
      posteriorTerm([believing(posterior, pending)], features.width, below(threshold)),
    );
    const terms = aim.term === null ? limits : [aim.term, ...limits];
    const acquisition = acquisitionOf(terms, lengthScales(outputs, features.width));
    const incumbents = aim.best.slice(0, INCUMBENTS).map(({ point }) => {
      const u = features.complete(point);
      if (pin !== null) u[pin.dimension] = pin.value;
      return u;
    });
    const context = { history, outputs, aim, features, trialOf };
    return maximiser
      .maximise(acquisition, incumbents, rng)
      .map(({ point, value }) => ({ point, value, why: explainProposal(point, value, context) }));
  };

  return {
    observe: (_event, record) => models.observe(record),
    propose(rng) {
      const outputs = models.fit();
      const proposals = look(outputs, 0, rng);
      const little = problem.objectives === 1 && (proposals[0]?.value ?? 0) < NEGLIGIBLE;
      return little && rng() < CLEAR_SHARE ? look(outputs, CLEAR_MARGIN, rng) : proposals;
    },
  };
}

interface ScoredProposal extends Proposal {
  /** Of the acquisition function. */
  value: number;
}

/** How far each column reaches: the shortest length scale of any output. */
function lengthScales({ losses }: Outputs, d: number): Float64Array {
  return Float64Array.from({ length: d }, (_, i) =>
    Math.min(...losses.map(({ theta }) => Math.exp(-0.5 * theta[i]!))),
  );
}
