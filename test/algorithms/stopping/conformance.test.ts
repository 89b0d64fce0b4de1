import { stoppers } from "../../../algorithms/stopping/index.ts";
import { describeStopper, type StopperTraits, steps } from "../../suites/stopper-conformance.ts";

const exploding = {
  trial: 99,
  steps: steps(40),
  losses: steps(40).map((step) => (step < 10 ? 1 / step : 10 ** (step - 5))),
  diverged: false,
  completed: false,
};

const traits: Record<string, StopperTraits> = {
  "asha-stop": { sparesBest: "at each report" },
  wilcoxon: { sparesBest: "at each report" },
  threshold: { config: { worseThan: 50 }, sparesBest: "no" },
  "no-improvement": { sparesBest: "no" },
  diverged: { hopeless: exploding, sparesBest: "no" },
};

for (const stopper of Object.values(stoppers)) describeStopper(stopper, traits[stopper.name]);
