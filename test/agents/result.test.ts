import { describe, expect, test } from "vitest";
import { type EndRequest, type ExecutionEnd, resultOf } from "../../agents/result.ts";
import type { CollectorSpec } from "../../core/collector.ts";
import { resultRequestSchema } from "../../core/protocol.ts";

const completed: ExecutionEnd = {
  outcome: "completed",
  failureClass: null,
  exitCode: 0,
  signal: null,
  message: null,
};
const killed: ExecutionEnd = {
  ...completed,
  outcome: "failed",
  failureClass: "user-error",
  exitCode: null,
  signal: "SIGTERM",
};
const stopped: ExecutionEnd = { ...killed, outcome: "stopped", failureClass: null };
const nobody: EndRequest = { type: "none" };
const none = { seen: [], wanted: [] };

describe("a missing metric", () => {
  const message = (seen: string[], wanted: string[]) =>
    resultOf(completed, nobody, { seen, wanted }, 0).message;

  test("is named, with the metrics that were seen", () => {
    expect(message(["loss", "val_acc"], ["accuracy"])).toContain(
      "metric `accuracy` never seen; saw: loss, val_acc.",
    );
  });

  test("comes with the name that was meant", () => {
    expect(message(["loss", "val_acc"], ["val_Acc"])).toContain("Did you mean `val_acc`?");
  });

  test("of a trial that printed no metric at all is said so", () => {
    expect(message([], ["loss"])).toContain("metric `loss` never seen; saw: no metric at all.");
  });

  test("comes with the ways of writing it that are read", () => {
    expect(message([], ["loss"])).toMatch(/ printed lines with loss=0\.31, .*decimal point\.$/);
    const metrics = { seen: [], wanted: ["loss"] };
    const collectors: CollectorSpec[] = [{ collector: "csv", path: "progress.csv", delimiter: "," }];
    expect(resultOf(completed, nobody, { ...metrics, collectors }, 0).message).toMatch(
      / Read are the column loss of progress\.csv\./,
    );
  });

  test("leaves the outcome to the server, to which the training code may have reported by itself", () => {
    expect(resultOf(completed, nobody, { seen: [], wanted: ["loss"] }, 0).outcome).toBe("completed");
  });

  test("is not mentioned for a trial that failed anyway", () => {
    expect(resultOf(killed, nobody, { seen: [], wanted: ["loss"] }, 0).message).toBeNull();
  });
});

const requests: [EndRequest, object][] = [
  [
    { type: "stop", kind: "prune", reason: "worse than the median" },
    { outcome: "stopped", failureClass: "pruned", message: "worse than the median" },
  ],
  [
    { type: "stop", kind: "cancel", reason: "by hand" },
    { outcome: "stopped", failureClass: "cancelled" },
  ],
  [
    { type: "stop", kind: null, reason: "told by a report" },
    { outcome: "stopped", failureClass: null },
  ],
  [{ type: "shut-down" }, { outcome: "requeue", failureClass: "agent-stop" }],
  [
    { type: "disk-full", message: "no space" },
    { outcome: "failed", failureClass: "disk", message: "no space" },
  ],
  [
    { type: "unreported", message: "not taken" },
    { outcome: "failed", failureClass: "lost", message: "not taken" },
  ],
];
test.each(requests)("processes that were stopped by %j are reported so", (request, expected) => {
  expect(resultOf(stopped, request, none, 7)).toMatchObject({
    ...expected,
    signal: "SIGTERM",
    logTruncatedBytes: 7,
  });
});

test("a trial that was asked to end after it had ended by itself keeps its own result", () => {
  const request: EndRequest = { type: "stop", kind: "prune", reason: "too late" };
  expect(resultOf(completed, request, none, 0)).toMatchObject({ outcome: "completed", failureClass: null });
  expect(resultOf({ ...killed, failureClass: "timeout" }, request, none, 0).failureClass).toBe("timeout");
});

test("hundreds of metrics and an endless message still make a result that the protocol takes", () => {
  const seen = Array.from({ length: 900 }, (_, index) => `m${index}`.padEnd(190, "x"));
  const end = { ...completed, message: null };
  expect(resultRequestSchema.safeParse(resultOf(end, nobody, { seen, wanted: ["loss"] }, 0)).success).toBe(
    true,
  );
});

test.each([
  ["bytes: \u0000\u001b[31m", "bytes: \ufffd\ufffd[31m"],
  ["line\n\tnext \ud83d", "line\n\tnext \ufffd"],
  [`${"x".repeat(3999)}\u{1f600}`, `${"x".repeat(3999)}\ufffd`],
])("a message of training code leaves as text that the server can store", (message, told) => {
  const result = resultOf({ ...killed, message }, nobody, none, 0);
  expect(result.message).toBe(told);
  expect(resultRequestSchema.safeParse(result).success).toBe(true);
});
