import type { StudySpec } from "../core/study.ts";
import { type Action, plural, record } from "./actions.ts";
import { limitReached } from "./limits.ts";
import { finished, settleTrial } from "./settle.ts";
import type { StudyState, TrialView } from "./state.ts";
import { judgeTrials } from "./stopping.ts";
import type { View } from "./view.ts";

/**
 * What to do next for one study: pure, and the same code in the service and in benchmarks with a simulated clock. The
 * caller records the answers, folds them into the state and asks again, until the answer is empty; a `propose` is always
 * the only action of its answer, because the next decision depends on what the search says.
 */
export function decide(view: View): Action[] {
  const { spec, state } = view;
  if (state.done) return [];
  const settled = [...state.unsettled]
    .sort((a, b) => a - b)
    .flatMap((number) => settleNumber(spec, state, number));
  if (settled.length > 0) return settled;
  if (state.stopping !== null) return windDown(view);
  if (view.stopRule !== null && view.reported.size > 0) {
    const stops = judgeTrials(spec, state, view.stopRule, view.reported);
    if (stops.length > 0) return stops;
  }
  const limit = limitReached(view);
  if (limit !== null) return [limit];
  return proceed(view);
}

function settleNumber(spec: StudySpec, state: StudyState, number: number): Action[] {
  const trial = state.trials.get(number);
  return trial === undefined ? [] : settleTrial(spec, state, trial);
}

/** Ends a stopping study: what is queued is cancelled, what runs is told to stop, and with the last one it is done. */
function windDown({ spec, state }: View): Action[] {
  const end = state.stopping as NonNullable<StudyState["stopping"]>;
  const open = [...state.open].map((number) => state.trials.get(number) as TrialView);
  const actions = open.flatMap((trial) => {
    if (trial.state === "running") {
      if (trial.stop !== null) return [];
      const body = { type: "trial.stopping", trial: trial.number, kind: "cancel", step: null } as const;
      return [record(body, "study-ending", `The study is ending (${end}).`, { end })];
    }
    return [
      finished(
        spec,
        trial,
        "cancelled",
        "cancelled",
        "study-ending",
        `Cancelled: the study is ending (${end}).`,
      ),
    ];
  });
  if (actions.length > 0 || open.length > 0) return actions;
  return [record({ type: "study.done", end }, end, doneText(state), { end })];
}

/** Goes on: proposes while there is room, or ends when nothing can follow. */
function proceed({ spec, state, created }: View): Action[] {
  const { maxTrials } = spec.budget;
  if (maxTrials !== undefined && created >= maxTrials) {
    if (state.open.size > 0) return [];
    return [record({ type: "study.done", end: "max-trials" }, "max-trials", doneText(state), { maxTrials })];
  }
  if (state.exhausted) {
    if (state.open.size > 0) return [];
    return [record({ type: "study.done", end: "exhausted" }, "exhausted", doneText(state))];
  }
  if (state.paused || state.open.size >= spec.parallelism || state.waitingFor !== null) return [];
  return [{ type: "propose", trial: created }];
}

function doneText(state: StudyState): string {
  const completed = [...state.trials.values()].filter((trial) => trial.state === "completed").length;
  return `Done: ${completed} of ${plural(state.trials.size, "trial")} completed.`;
}
