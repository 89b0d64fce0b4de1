import { schedules } from "../../../algorithms/fidelity/index.ts";
import { describeSchedule } from "../../suites/schedule-conformance.ts";

/** Fewer simulated studies of those that fit a model at every step. */
const RUNS: Record<string, number> = { pb2: 6 };

for (const schedule of Object.values(schedules)) describeSchedule(schedule, RUNS[schedule.name]);
