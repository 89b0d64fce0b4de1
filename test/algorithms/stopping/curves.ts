import type { Curve, EarlyStopper, StopContext, Verdict } from "../../../core/stopper.ts";

/** What the stoppers' own tests are written in. */

export const epochs: StopContext = { maxStep: null, metric: "loss", unit: "epoch", toValue: (loss) => loss };
export const accuracy: StopContext = { ...epochs, metric: "accuracy", toValue: (loss) => 0 - loss };

/** A completed trial that reported these losses at steps 1, 2, 3 and so on. */
export function curve(trial: number, losses: readonly number[], extra: Partial<Curve> = {}): Curve {
  const steps = losses.map((_, index) => index + 1);
  return { trial, steps, losses, diverged: false, completed: true, ...extra };
}

export function running(losses: readonly number[], extra: Partial<Curve> = {}): Curve {
  return curve(99, losses, { completed: false, ...extra });
}

/** A stopper with settings, the others at their defaults. */
export function withSettings<Config>(stopper: EarlyStopper<Config>, settings: Partial<Config> = {}) {
  const config = stopper.config.parse(settings);
  return (subject: Curve, peers: readonly Curve[] = [], context: StopContext = epochs): Verdict =>
    stopper.judge(config, subject, peers, context);
}

export const goesOn: Verdict = { type: "continue" };
