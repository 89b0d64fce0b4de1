import { z } from "zod";
import type { Curve, EarlyStopper, StopContext, Verdict } from "../../core/stopper.ts";
import { quantile } from "./order-statistics.ts";
import { peerLosses, runningBest } from "./running.ts";
import { counted, goOn, short, stopAt, userValue } from "./sentence.ts";

const configSchema = z.strictObject({
  factor: z
    .number()
    .min(1)
    .max(1e12)
    .default(10)
    .describe("A value explodes when it is worse than the first by more than this times the trial's scale."),
  reports: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(2)
    .describe("So many values in a row must be beyond it: one spike ends nothing."),
});
type Config = z.infer<typeof configSchema>;

/**
 * Stops a trial that reported NaN or infinity, and one whose loss explodes.
 *
 * The scale of an explosion is the largest of: how far the trial had come down from its first loss, how much its loss
 * changed from report to report (median), and how far its peers came down by the same step (median). So the rule is the
 * same in any unit and for losses of any sign, slow overfitting is no explosion, and a bounded metric hardly ever explodes.
 * The last `reports` losses, which are judged, do not count towards the scale; two losses before them must.
 */
export const diverged: EarlyStopper<Config> = {
  name: "diverged",
  version: 1,
  summary: "Stops a trial that reported NaN or infinity, or whose loss explodes.",
  config: configSchema,
  judge(config, subject, peers, context) {
    return subject.diverged
      ? stopNotFinite(subject, context)
      : judgeExplosion(config, subject, peers, context);
  },
};

function stopNotFinite(subject: Curve, context: StopContext): Verdict {
  const last = subject.losses.at(-1);
  if (last === undefined)
    return stopAt("diverged", subject, context, [`NaN or infinite, no finite ${context.metric} so far`], {});
  const value = userValue(context, last);
  return stopAt("diverged", subject, context, [`${short(value)} and a value that is NaN or infinite`], {
    value,
  });
}

function judgeExplosion(
  config: Config,
  subject: Curve,
  peers: readonly Curve[],
  context: StopContext,
): Verdict {
  const { losses } = subject;
  const healthy = losses.length - config.reports;
  if (healthy < 2) return goOn;
  const first = losses[0]!;
  let least = Number.POSITIVE_INFINITY;
  for (let index = healthy; index < losses.length; index++) least = Math.min(least, losses[index]!);
  const scale = Math.max(
    first - runningBest(subject, healthy),
    typicalChange(losses, healthy),
    typicalDescent(peers, subject.steps.at(-1)!),
  );
  const limit = first + config.factor * scale;
  // A curve that never moved, among peers that did not either, has no scale to explode on.
  if (!(scale > 0 && least > limit)) return goOn;
  const value = userValue(context, losses.at(-1)!);
  const cut = userValue(context, limit);
  const findings = [short(value), `cut ${short(cut)}`, `exploded for ${counted(config.reports, "report")}`];
  return stopAt("diverged", subject, context, findings, { value, cut, reports: config.reports });
}

/** Median of the changes between neighbours of the first `count` losses; `count` >= 2. */
function typicalChange(losses: readonly number[], count: number): number {
  const changes = new Float64Array(count - 1);
  for (let index = 1; index < count; index++)
    changes[index - 1] = Math.abs(losses[index]! - losses[index - 1]!);
  return quantile(changes, 0.5);
}

/** Median over the peers of how far they came down from their first loss up to `step`; 0 without any. */
function typicalDescent(peers: readonly Curve[], step: number): number {
  const descents = peerLosses(peers, step, (peer, reports) => peer.losses[0]! - runningBest(peer, reports));
  return descents.length === 0 ? 0 : quantile(descents, 0.5);
}
