import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RequestError } from "../../agents/client.ts";
import { createMetricReporter } from "../../agents/metric-reporter.ts";
import { createReportSpool } from "../../agents/report-spool.ts";
import type { MetricPoint } from "../../core/event.ts";
import { FAST } from "../support/protocol-server.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fettle-reporter-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const ACCEPTED = { accepted: 0, duplicates: 0, conflicts: 0, shouldStop: false, kind: null, reason: null };
const points = (count: number, name = "loss"): MetricPoint[] =>
  Array.from({ length: count }, (_, step) => ({ name, step, value: step }));

function reporterTo(send: (batch: readonly MetricPoint[]) => void) {
  const problems: string[] = [];
  const stops: string[] = [];
  const causes: unknown[] = [];
  const reporter = createMetricReporter({
    spool: createReportSpool(join(directory, "spool")),
    send: async (batch) => {
      send(batch);
      return ACCEPTED;
    },
    intervals: () => FAST,
    onShouldStop: (_kind, reason) => stops.push(reason),
    onGiveUp: (cause) => causes.push(cause),
    onProblem: (problem) => problems.push(problem),
  });
  return { reporter, problems, stops, causes };
}

test("points leave in order, in batches of 500 at most, and finish waits for the last", async () => {
  const batches: MetricPoint[][] = [];
  const { reporter } = reporterTo((batch) => batches.push([...batch]));
  reporter.add(points(1201));
  await reporter.finish();
  expect(batches.flat()).toEqual(points(1201));
  expect(batches.map((batch) => batch.length)).toEqual([500, 500, 201]);
});

test("one point that the server refuses costs that point alone, and is mentioned once", async () => {
  const stored: MetricPoint[] = [];
  const { reporter, problems } = reporterTo((batch) => {
    if (batch.some(({ name }) => name === "bad")) throw new RequestError("limit-exceeded", "too many names");
    stored.push(...batch);
  });
  reporter.add([...points(200), ...points(2, "bad"), ...points(200, "accuracy")]);
  await reporter.finish();
  expect(stored).toEqual([...points(200), ...points(200, "accuracy")]);
  expect(problems).toHaveLength(1);
});

test("a lost attempt ends the reporting without a word", async () => {
  const { reporter, problems, causes } = reporterTo(() => {
    throw new RequestError("stale-attempt", "lost");
  });
  reporter.add(points(3));
  await reporter.finish();
  expect(problems).toEqual([]);
  expect(causes).toEqual([]);
});

test("points that the server fails at end the reporting, with the cause", async () => {
  const { reporter, causes } = reporterTo(() => {
    throw new RequestError("internal", "something went wrong");
  });
  reporter.add(points(3));
  await reporter.finish();
  expect(causes).toEqual([expect.objectContaining({ code: "internal" })]);
});
