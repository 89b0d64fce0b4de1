import { stoppers } from "../../../algorithms/stopping/index.ts";
import { describeStopper } from "../../suites/stopper-conformance.ts";

for (const stopper of Object.values(stoppers)) describeStopper(stopper);
