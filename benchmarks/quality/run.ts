import { join } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../../core/errors.ts";
import { missingRuns } from "./campaigns.ts";
import { campaignsOf, OPTIONS, planOf, versionsOf } from "./plan.ts";
import { runAll } from "./pool.ts";
import { mergeFacts } from "./problem-facts.ts";
import { progressLine } from "./progress.ts";
import { openStore } from "./record.ts";

/** Measures what the options name and leaves the records to compare.ts: for tuning. The benchmark itself is main.ts. */

const { values } = parseArgs({
  options: {
    ...OPTIONS,
    jobs: { type: "string", default: "1" },
    timeout: { type: "string", default: "1800" },
    quiet: { type: "boolean" },
  },
});

async function main(): Promise<void> {
  const plan = planOf(values, { methods: "random,sobol,optuna-tpe", seeds: "3", trials: 50 });
  const store = openStore(plan.stores);
  mergeFacts(join(plan.stores[0]!, "problems.json"), plan.facts);
  const { versions, absent } = versionsOf(plan.methods);
  for (const name of absent) console.error(`${name} is not installed: npm run bench:peers -- --setup`);
  const keys = missingRuns(campaignsOf(plan), plan.facts, versions, store, plan.paired);
  const progress = progressLine(keys.length, values.quiet);
  const options = { jobs: Number(values.jobs), timeoutSeconds: Number(values.timeout), data: plan.data };
  await runAll(keys, options, (record) => {
    store.append(record);
    progress(record);
  });
}

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
