import type { Point, Problem } from "../../core/algorithm.ts";
import { compareTrials } from "../../core/ranking.ts";
import { type Rng, studyRng } from "../../core/rng.ts";
import type { Distinct } from "../common/distinct.ts";
import type { Model, Proposal } from "../common/guided-search.ts";
import { type History, isFeasible, type TrialRecord } from "../common/history.ts";
import { checkpoint, createResults } from "./data.ts";
import { explainCandidate, explainRandom } from "./explain.ts";
import { type Grown, grow } from "./grow.ts";
import { type Candidate, maximise } from "./maximise.ts";
import { drawScalarisation, SINGLE } from "./scalarise.ts";
import type { Settings } from "./settings.ts";
import { createSurrogate } from "./surrogate.ts";

/** Random points that are drawn for a random suggestion, in case some are known or infeasible. */
const RANDOM_DRAWS = 1;

export function createForestModel(
  problem: Problem,
  settings: Settings,
  history: History,
  distinct: Distinct,
): Model {
  const results = createResults(history);
  let kept: { records: readonly TrialRecord[]; grown: Grown } | null = null;

  /** Grown once a checkpoint and kept, which changes no result: it depends on these trials alone. */
  const grownOn = (records: readonly TrialRecord[]): Grown => {
    if (kept && sameRecords(kept.records, records)) return kept.grown;
    const random = studyRng(problem.seed, `rf/${records.length}`);
    kept = { records, grown: grow(problem, records, random, settings) };
    return kept.grown;
  };

  return {
    observe: (event) => results.observe(event),
    propose(rng) {
      if (rng() < settings.randomShare) return randomProposals(distinct, settings, rng);
      const all = results.list();
      const base = all.slice(0, checkpoint(all.length));
      const grown = grownOn(base);
      const { scalarisation, best } = prefer(problem, grown, history.completed, rng);
      const pending = history.pending.map(({ point }) => point);
      const surrogate = createSurrogate(grown, all, base.length, scalarisation, pending, settings);
      const starts = best.slice(0, settings.incumbents).map(({ point }) => point);
      const candidates = maximise(problem, surrogate, starts, distinct, settings, rng);
      const { weights } = scalarisation;
      const context = { problem, surrogate, weights, best, results: all.length, pending: pending.length };
      return candidates.map(
        (candidate: Candidate): Proposal => ({
          point: candidate.point,
          why: explainCandidate(candidate, context),
        }),
      );
    },
  };
}

/** What a suggestion is after: how it weighs the objectives, and the completed trials in that order, best first. */
function prefer(problem: Problem, grown: Grown, completed: readonly TrialRecord[], rng: Rng) {
  // A single loss as it is: targets are held at the end of their scale.
  if (problem.objectives === 1)
    return { scalarisation: SINGLE, best: bestTrials(completed, ({ losses }) => losses![0]!) };
  const targetsOf = ({ losses }: TrialRecord) =>
    grown.objectives.map(({ scale }, k) => scale.toTarget(losses![k]!));
  const scalarisation = drawScalarisation(leading(completed).map(targetsOf), rng);
  return { scalarisation, best: bestTrials(completed, (record) => scalarisation.of(targetsOf(record))) };
}

/** Those that satisfy every outcome constraint, or all where none does. */
function leading(completed: readonly TrialRecord[]): readonly TrialRecord[] {
  const feasible = completed.filter(isFeasible);
  return feasible.length > 0 ? feasible : completed;
}

function randomProposals(distinct: Distinct, settings: Settings, rng: Rng): Proposal[] {
  const points = Array.from({ length: RANDOM_DRAWS }, () => distinct.draw(rng));
  const found = points.filter((point): point is Point => point !== null);
  return found.map((point) => ({ point, why: explainRandom(settings.randomShare) }));
}

function sameRecords(a: readonly TrialRecord[], b: readonly TrialRecord[]): boolean {
  return a.length === b.length && a.every((record, index) => record === b[index]);
}

function bestTrials(
  completed: readonly TrialRecord[],
  lossOf: (record: TrialRecord) => number,
): TrialRecord[] {
  const ranked = completed.map((record) => ({
    record,
    trial: record.trial,
    loss: lossOf(record),
    violations: record.violations,
  }));
  return ranked.sort(compareTrials).map(({ record }) => record);
}
