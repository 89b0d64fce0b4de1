import { describe, expect, test } from "vitest";
import { createEncoder } from "../../core/encode.ts";
import type { Params } from "../../core/space.ts";
import { mapParams, warmStartSource } from "../../core/warm-start.ts";
import { spaceOf } from "../support/spaces.ts";

const space = spaceOf([
  { name: "lr", type: "float", low: 1e-4, high: 1, scale: "log" },
  { name: "batch", type: "int", low: 32, high: 128, step: 32 },
  { name: "optimizer", type: "categorical", choices: ["sgd", "adam"], default: "adam" },
  { name: "momentum", type: "float", low: 0, high: 1, when: { parameter: "optimizer", in: ["sgd"] } },
]);
const target = { parameters: space.parameters, encoder: createEncoder(space) };
const decoded = (params: Params) => {
  const point = mapParams(target, params);
  return point && target.encoder.decode(point);
};

describe("mapping an earlier trial", () => {
  test("keeps shared values, clips numbers to the range and moves them to the next step", () => {
    expect(decoded({ lr: 5, batch: 50, optimizer: "sgd", momentum: 0.9 })).toEqual({
      lr: 1,
      batch: 64,
      optimizer: "sgd",
      momentum: 0.9,
    });
  });

  test("fills what the earlier study lacked with the default, or the middle", () => {
    expect(decoded({ lr: 0.01, momentum: 0.3 })).toEqual({ lr: 0.01, batch: 96, optimizer: "adam" });
  });

  test("gives nothing where a choice does not exist here", () => {
    expect(decoded({ lr: 0.01, batch: 32, optimizer: "lion" })).toBeNull();
  });
});

describe("a source", () => {
  const row = (trial: number, params: Params) => ({ trial, params });
  const source = (rows: ReturnType<typeof row>[]) =>
    warmStartSource(target, { study: "old", studyId: "id", rows }, "/warmStart/studies/0");

  test("keeps the best hundred and a spread of the others, ranked from 0 to 1", () => {
    const rows = Array.from({ length: 501 }, (_, trial) => row(trial, { lr: 1e-4 + trial / 1000 }));
    const { points, trials, shared } = source(rows);
    expect(trials).toBe(501);
    expect(shared).toEqual(["lr"]);
    expect(points.length).toBeGreaterThan(150);
    expect(points.length).toBeLessThanOrEqual(201);
    expect(points[0]).toMatchObject({ trial: 0, rank: 0 });
    expect(points[99]?.trial).toBe(99);
    expect(points.at(-1)!.rank).toBeGreaterThan(0.98);
  });

  test.each([
    ["has no finished trial", []],
    ["has no parameter in common", [row(0, { width: 3 })]],
    ["has no trial that lies in this search space", [row(0, { lr: 0.1, optimizer: "lion" })]],
  ])("that %s is refused, by name", (message, rows) => {
    expect(() => source(rows)).toThrow(
      expect.objectContaining({
        code: "invalid-study",
        fields: [
          expect.objectContaining({
            pointer: "/warmStart/studies/0",
            message: expect.stringContaining(message),
          }),
        ],
      }),
    );
  });
});
