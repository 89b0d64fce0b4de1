import type { Problem } from "../../core/algorithm.ts";
import type { Model, Proposal } from "../common/guided-search.ts";
import type { TpeConfig } from "./config.ts";
import { explain } from "./explain.ts";
import { createForms } from "./forms.ts";
import { selectFront } from "./select-front.ts";
import { createSplit } from "./split.ts";
import { allRows, createTable } from "./table.ts";

/**
 * Tree-structured Parzen Estimator (Bergstra et al. 2011; joint form: Falkner et al. 2018; constant liar and order of
 * trials: Optuna 5; weights of good trials: Watanabe 2023). Good trials give a density l, the others g; of points drawn
 * from l the one with the largest l / g is proposed.
 */
export interface TpeModel extends Model {
  /** Trials that the split can rank. */
  readonly ranked: number;
}

/** Measured against 0.1 and 0.2 with one objective, 0.15 and 0.25 with several. */
const GOOD_SHARE = 0.15;
const GOOD_SHARE_OF_SEVERAL = 0.1;
const GOOD_LIMIT = 25;
/** A front has to be covered along its whole length. */
const GOOD_LIMIT_OF_SEVERAL = 100;

export function createTpeModel(problem: Problem, config: TpeConfig): TpeModel {
  const table = createTable(problem);
  const single = problem.objectives === 1;
  const goodShare = config.goodShare ?? (single ? GOOD_SHARE : GOOD_SHARE_OF_SEVERAL);
  const goodLimit = config.goodLimit ?? (single ? GOOD_LIMIT : GOOD_LIMIT_OF_SEVERAL);
  const split = createSplit(problem, table, {
    goodCount: (n) => Math.min(Math.ceil(goodShare * n), goodLimit),
    avoidFailed: config.avoidFailed,
    selectFront,
  });
  const forms = createForms(problem, table, config);
  let moved = false;

  const update = (): void => {
    const changed = split.update();
    if (moved) forms.clear();
    forms.update(moved ? allRows(table) : changed, split);
    moved = false;
  };

  return {
    get ranked() {
      return split.ranked;
    },
    observe(_event, record) {
      const put = table.put(record);
      moved ||= put.moved;
      split.touch(put.row);
    },
    propose(rng) {
      update();
      const { tree, joint, pairing } = forms.pick(rng, split.ranked);
      const candidates = tree.draw(rng, split, pairing);
      return candidates.map((candidate): Proposal => {
        const why = explain(problem, candidate, split, table, { joint, candidates: candidates.length });
        return { point: candidate.point, why };
      });
    },
  };
}
