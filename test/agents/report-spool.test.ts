import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createReportSpool } from "../../agents/report-spool.ts";
import type { MetricPoint } from "../../core/event.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fettle-spool-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const points = (from: number, count: number): MetricPoint[] =>
  Array.from({ length: count }, (_, index) => ({
    name: "loss",
    step: from + index,
    value: 1 / (from + index + 1),
  }));

test("points beyond memory go to the file and come back in order, byte for byte", () => {
  const spool = createReportSpool(join(directory, "spool.jsonl"), { memoryPoints: 10, fileBytes: 1_000_000 });
  spool.push(points(0, 25));
  spool.push([{ name: "acc", step: 1.5, value: "NaN" }]);
  expect(existsSync(join(directory, "spool.jsonl"))).toBe(true);
  expect(drain(spool, 4)).toEqual([...points(0, 25), { name: "acc", step: 1.5, value: "NaN" }]);
  expect(existsSync(join(directory, "spool.jsonl"))).toBe(false);
});

test("peek returns the same points until they are dropped", () => {
  const spool = createReportSpool(join(directory, "spool.jsonl"));
  spool.push(points(0, 5));
  expect(spool.peek(3)).toEqual(points(0, 3));
  expect(spool.peek(3)).toEqual(points(0, 3));
  spool.drop(3);
  expect(spool.peek(3)).toEqual(points(3, 2));
});

test("a full file drops the newest points and counts them", () => {
  const spool = createReportSpool(join(directory, "spool.jsonl"), { memoryPoints: 2, fileBytes: 200 });
  spool.push(points(0, 2));
  spool.push(points(2, 3));
  spool.push(points(5, 3));
  expect(spool.dropped()).toBe(3);
  expect(drain(spool, 10)).toEqual(points(0, 5));
});

test("a disk that refuses the file throws its error and keeps what is in memory", () => {
  symlinkSync("/dev/full", join(directory, "full"));
  const spool = createReportSpool(join(directory, "full"), { memoryPoints: 2, fileBytes: 1_000 });
  spool.push(points(0, 2));
  expect(() => spool.push(points(2, 2))).toThrow(expect.objectContaining({ code: "ENOSPC" }));
  expect(spool.peek(10)).toEqual(points(0, 2));
  expect(spool.dropped()).toBe(2);
});

test("any interleaving of pushes, peeks and drops is a first-in first-out queue", () => {
  const action = fc.oneof(
    fc.record({ push: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ drop: fc.integer({ min: 1, max: 40 }) }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const spool = createReportSpool(join(directory, "any.jsonl"), {
        memoryPoints: 8,
        fileBytes: 1_000_000,
      });
      let model: MetricPoint[] = [];
      let next = 0;
      for (const step of actions) {
        if ("push" in step) {
          const added = points(next, step.push);
          next += step.push;
          model = [...model, ...added];
          spool.push(added);
        } else {
          const head = spool.peek(step.drop);
          expect(head).toEqual(model.slice(0, head.length));
          expect(head.length > 0).toBe(model.length > 0);
          spool.drop(head.length);
          model = model.slice(head.length);
        }
        expect(spool.size()).toBe(model.length);
      }
      spool.close();
    }),
  );
});

function drain(spool: ReturnType<typeof createReportSpool>, batch: number): MetricPoint[] {
  const all: MetricPoint[] = [];
  while (spool.size() > 0) {
    const head = spool.peek(batch);
    all.push(...head);
    spool.drop(head.length);
  }
  return all;
}
