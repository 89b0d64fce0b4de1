import { expect, test } from "vitest";
import { createSeenMetrics } from "../../agents/seen-metrics.ts";

test("a final value follows the metric's last step, wherever that came in the output", () => {
  const seen = createSeenMetrics();
  seen.take([
    { name: "loss", step: 7.5, value: 2 },
    { name: "loss", step: 3, value: 9 },
  ]);
  expect(seen.finals(new Map([["loss", 1]]))).toEqual([{ name: "loss", step: 8, value: 1 }]);
});

test("a final value that the last point has already adds nothing", () => {
  const seen = createSeenMetrics();
  seen.take([{ name: "loss", step: 1, value: "NaN" }]);
  expect(seen.finals(new Map([["loss", Number.NaN]]))).toEqual([]);
});

test("names are kept in their order, and no more than a thousand", () => {
  const seen = createSeenMetrics();
  const points = Array.from({ length: 1500 }, (_, index) => ({ name: `m${index}`, step: 1, value: 1 }));
  expect(seen.take(points)).toEqual(points.slice(0, 1000));
  expect(seen.names()).toEqual(points.slice(0, 1000).map(({ name }) => name));
  expect(
    seen.take([
      { name: "m3", step: 2, value: 1 },
      { name: "new", step: 1, value: 1 },
    ]),
  ).toHaveLength(1);
});

test("names leave as text that the server can store, each metric under one name", () => {
  const seen = createSeenMetrics();
  expect(seen.take([{ name: "a\u0000b\ud83d", step: 1, value: 1 }])).toEqual([
    { name: "a\ufffdb\ufffd", step: 1, value: 1 },
  ]);
  expect(seen.finals(new Map([["a\u0000b\ud83d", 2]]))).toEqual([
    { name: "a\ufffdb\ufffd", step: 2, value: 2 },
  ]);
  expect(seen.names()).toEqual(["a\ufffdb\ufffd"]);
});
