// A training that knows no budgets and reports every 50 ms. When it is told to end it writes down by how much that came
// after the report of the last step that its budget allows.
import { appendFileSync, writeFileSync } from "node:fs";

const { FETTLE_METRICS_FILE, FETTLE_TRIAL, FETTLE_ATTEMPT, FETTLE_BUDGET, FETTLE_PARAMS, LATENCY_DIR } =
  process.env;
const budget = Number(FETTLE_BUDGET);
const { quality } = JSON.parse(FETTLE_PARAMS);
let step = 0;
let budgetUsedAt = null;

setInterval(() => {
  step++;
  if (step === budget) budgetUsedAt = Date.now();
  appendFileSync(FETTLE_METRICS_FILE, `${JSON.stringify({ step, loss: quality + 1 / step })}\n`);
}, 50);

process.on("SIGTERM", () => {
  const toldMs = budgetUsedAt === null ? null : Date.now() - budgetUsedAt;
  writeFileSync(
    `${LATENCY_DIR}/${FETTLE_TRIAL}-${FETTLE_ATTEMPT}.json`,
    JSON.stringify({ budget, step, toldMs }),
  );
  process.exit(0);
});
