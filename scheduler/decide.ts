import type { StudySpec } from "../core/study.ts";
import type { StudyEnd } from "../core/trial.ts";
import { type Action, plural, record } from "./actions.ts";
import { endBudgets, unitOf } from "./budget.ts";
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
  const stops = stopsOf(view);
  if (stops.length > 0) return stops;
  const limit = limitReached(view);
  if (limit !== null) return [limit];
  return proceed(view);
}

function settleNumber(spec: StudySpec, state: StudyState, number: number): Action[] {
  const trial = state.trials.get(number);
  return trial === undefined ? [] : settleTrial(spec, state, trial);
}

/** Which of the trials that reported something new must end, by an early stopper or at their budget. */
function stopsOf({ spec, state, stopRules, reported }: View): Action[] {
  if (reported.size === 0) return [];
  const judged = stopRules.length === 0 ? [] : judgeTrials({ spec, state, rules: stopRules }, reported);
  // A trial that an early stopper gives up at its rung need not pause there.
  const decided = new Set(judged.map(({ trial }) => trial));
  const rest = [...reported.keys()].filter((number) => !decided.has(number));
  return [...judged.map(({ action }) => action), ...endBudgets(spec, state, rest)];
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
    if (trial.state === "paused") return [notPromoted(spec, trial)];
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
  return [record({ type: "study.done", end }, end, doneText(state, end), { end })];
}

/** Goes on: asks the search while there is room, or ends when nothing can follow. */
function proceed({ spec, state, created }: View): Action[] {
  const { maxTrials } = spec.budget;
  const full = maxTrials !== undefined && created >= maxTrials;
  // With a fidelity schedule the last trial created is not the last to run: the search says when nothing follows.
  const over = state.exhausted || (full && spec.fidelity === undefined);
  const active = state.open.size - state.waiting.size;
  if (over) {
    if (active > 0) return [];
    if (state.waiting.size > 0) {
      return [...state.waiting].map((number) => notPromoted(spec, state.trials.get(number) as TrialView));
    }
    const end = full ? "max-trials" : "exhausted";
    return [record({ type: "study.done", end }, end, doneText(state, end), full ? { maxTrials } : {})];
  }
  if (state.paused || active >= spec.parallelism || state.waitingFor !== null) return [];
  return [{ type: "propose", trial: created }];
}

/** The end of a trial that waited at a rung until the study was over. */
function notPromoted(spec: StudySpec, trial: TrialView): Action {
  const text = `Pruned: it waited at ${unitOf(spec)} ${trial.budget}, and the study ended before others made way for it.`;
  return finished(spec, trial, "pruned", "pruned", "not-promoted", text);
}

function doneText(state: StudyState, end: StudyEnd): string {
  const completed = [...state.trials.values()].filter((trial) => trial.state === "completed").length;
  const counted = `Done: ${completed} of ${plural(state.trials.size, "trial")} completed.`;
  // That all its trials are used up, their number says.
  return end === "max-trials" || state.endText === null ? counted : `${counted} ${state.endText}`;
}
