import { z } from "zod";
import { rungsOf } from "../../core/fidelity.ts";
import type { Curve, EarlyStopper, StopContext, Verdict } from "../../core/stopper.ts";
import { countBelow } from "./order-statistics.ts";
import { peerLosses, reportsUpTo } from "./running.ts";
import { goOn, ordinal, short, stopAt, userValue } from "./sentence.ts";

const configSchema = z.strictObject({
  min: z.number().positive().max(1e12).default(1).describe("The first rung: no stop before this step."),
  max: z
    .number()
    .positive()
    .max(1e12)
    .optional()
    .describe("The step at which a whole training ends. Default: as the study declares it, else not known."),
  eta: z
    .number()
    .gt(1)
    .max(100)
    .default(3)
    .describe(
      "Of so many trials one goes on past a rung; each rung is so many times as far as the one before.",
    ),
});
type Config = z.infer<typeof configSchema>;

/**
 * The stopping variant of asynchronous successive halving (Li et al. 2020): a trial that crosses a rung goes on when its
 * loss there is among the best max(1, floor(n / eta)) of the n that have reached the rung so far, itself included. Nothing
 * is paused or resumed, so it needs no checkpoints. Among the first, fewer than eta, only the best so far goes on: a
 * quantile of so few (Syne Tune) lets half of them train to the end. A trial of which nothing finite is heard any more has
 * no place at any rung.
 *
 * A trial's loss at a rung is its last one at or before it. A rung is judged once, by the report that crosses it. A script
 * that skips steps, or reports that arrive together, may cross several at once; then each is judged, the lowest first.
 */
export const ashaStop: EarlyStopper<Config> = {
  name: "asha-stop",
  version: 2,
  summary: "Stops a trial that is not among the best 1/eta of those that have reached its rung.",
  config: configSchema,
  judge,
};

function judge(config: Config, subject: Curve, peers: readonly Curve[], context: StopContext): Verdict {
  if (hasOnlyDiverged(subject, context)) {
    const finding = `${context.metric} is NaN or infinite, which has no place at any rung`;
    return stopAt("asha-stop", subject, context, [finding], {});
  }
  for (const rung of rungsCrossed(config, subject, context)) {
    const verdict = judgeAt(rung, config.eta, subject, peers, context);
    if (verdict.type === "stop") return verdict;
  }
  return goOn;
}

/** Whether all that is new of the trial is NaN or infinite; one that recovered is judged by what it reports. */
function hasOnlyDiverged({ steps, diverged }: Curve, { since }: StopContext): boolean {
  const last = steps.at(-1);
  return diverged && (last === undefined || (typeof since === "number" && last <= since));
}

function judgeAt(
  rung: number,
  eta: number,
  subject: Curve,
  peers: readonly Curve[],
  context: StopContext,
): Verdict {
  const reports = reportsUpTo(subject, rung);
  if (reports === 0) return goOn;
  const own = subject.losses[reports - 1]!;
  const there = peers.filter(({ steps }) => steps.length > 0 && steps.at(-1)! >= rung);
  const others = peerLosses(there, rung, ({ losses }, count) => losses[count - 1]!);
  const rank = countBelow(others, own) + 1;
  const places = Math.max(1, Math.floor((others.length + 1) / eta));
  if (rank <= places) return goOn;
  // The subject is not among the best: without it they are the same.
  const cut = others.sort()[places - 1]!;
  const inputs = {
    rung,
    value: userValue(context, own),
    cut: userValue(context, cut),
    rank,
    peers: others.length,
  };
  const place = `${ordinal(rank)} of ${others.length + 1} at rung ${short(rung)}`;
  return stopAt(
    "asha-stop",
    subject,
    context,
    [short(inputs.value), `cut ${short(inputs.cut)}`, place],
    inputs,
  );
}

/** Rungs that the new reports cross, below the end of the training, ascending. */
function rungsCrossed({ min, max, eta }: Config, { steps }: Curve, context: StopContext): number[] {
  const last = steps.at(-1) ?? 0;
  const before = (context.since === undefined ? steps.at(-2) : context.since) ?? 0;
  const end = max ?? context.maxStep;
  const rungs =
    end === null ? rungsUpTo(last, min, eta) : rungsOf({ min, max: end, eta }).filter((rung) => rung < end);
  return rungs.filter((rung) => rung > before && rung <= last);
}

/** Rungs of a training whose end is not known: min, min × eta, min × eta² and so on. */
function rungsUpTo(last: number, min: number, eta: number): number[] {
  const rungs: number[] = [];
  for (let rung = min; rung <= last; rung *= eta) rungs.push(rung);
  return rungs;
}
