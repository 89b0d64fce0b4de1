import { executors } from "../../agents/executors/index.ts";
import { describeExecutor } from "../suites/executor-conformance.ts";

for (const executor of Object.values(executors)) describeExecutor(executor);
