import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Attempt, type GanttLayout, layOut, rangeOf } from "../../web/charts/gantt-layout.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const NOW = START + 1_000_000;
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

function attempt(trial: number, from: number, to: number | null, rest: Partial<Attempt> = {}): Attempt {
  const times = { startedAt: at(from), endedAt: to === null ? null : at(to) };
  return {
    trial,
    attempt: 1,
    worker: "a",
    gpus: [],
    outcome: null,
    state: "running",
    reason: "",
    ...times,
    ...rest,
  };
}

const labels = ({ lanes }: GanttLayout) => lanes.map(({ label }) => label);
const lanesOf = ({ bars }: GanttLayout) => bars.map(({ attempt: { trial }, lane }) => [trial, lane]);

const attempts = fc
  .array(
    fc.record({
      from: fc.nat(900),
      length: fc.option(fc.nat(99), { nil: null }),
      worker: fc.constantFrom("a", "b"),
    }),
    { maxLength: 40 },
  )
  .map((drawn) =>
    drawn.map(({ from, length, worker }, index) =>
      attempt(index, from, length === null ? null : from + length, { worker }),
    ),
  );

describe("attempts by host, without GPUs", () => {
  test("never lie over each other in a lane", () => {
    fc.assert(
      fc.property(attempts, (list) => {
        const { bars, lanes } = layOut(list, "host", NOW);
        expect(bars).toHaveLength(list.length);
        for (const lane of lanes.keys()) {
          const inLane = bars
            .filter((bar) => bar.lane === lane)
            .sort((a, b) => a.from - b.from || a.to - b.to);
          for (const [index, bar] of inLane.entries())
            expect(bar.from).toBeGreaterThanOrEqual(inLane[index - 1]?.to ?? Number.NEGATIVE_INFINITY);
        }
      }),
    );
  });

  test("take no more lanes than ran at a time", () => {
    fc.assert(
      fc.property(attempts, (list) => {
        const { bars, lanes } = layOut(list, "host", NOW);
        const mostOf = (worker: string) => {
          const own = bars.filter((bar) => bar.attempt.worker === worker);
          const running = own.map(
            ({ from }) =>
              own.filter((other) => other.from <= from && (other.to > from || other.from === from)).length,
          );
          return Math.max(0, ...running);
        };
        expect(lanes.length).toBeLessThanOrEqual(mostOf("a") + mostOf("b"));
      }),
    );
  });

  test("leave gaps exactly where nothing ran between two of a lane's bars", () => {
    fc.assert(
      fc.property(attempts, (list) => {
        const { bars, gaps, lanes } = layOut(list, "host", NOW);
        for (const lane of lanes.keys()) {
          const [own, free] = [
            bars.filter((bar) => bar.lane === lane),
            gaps.filter((gap) => gap.lane === lane),
          ];
          const length = (pieces: readonly { from: number; to: number }[]) =>
            pieces.reduce((sum, { from, to }) => sum + to - from, 0);
          const whole = Math.max(...own.map(({ to }) => to)) - Math.min(...own.map(({ from }) => from));
          expect(length(own) + length(free)).toBe(whole);
          for (const gap of free)
            expect(own.some(({ from, to }) => from < gap.to && to > gap.from)).toBe(false);
        }
      }),
    );
  });
});

test("an attempt on two GPUs has a bar on each, in lanes that count as people do", () => {
  const layout = layOut([attempt(0, 0, 5, { gpus: [2, 10] }), attempt(1, 6, 9, { gpus: [2] })], "host", NOW);
  expect(labels(layout)).toEqual(["a GPU 2", "a GPU 10"]);
  expect(lanesOf(layout)).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
  ]);
  expect(layout.gaps).toEqual([{ lane: 0, from: START + 5000, to: START + 6000 }]);
});

test("by trial, the attempts of one share its lane, and nothing is called a gap", () => {
  const layout = layOut([attempt(11, 5, 9), attempt(2, 0, 3), attempt(11, 20, null)], "trial", NOW);
  expect(labels(layout)).toEqual(["trial 2", "trial 11"]);
  expect(layout.gaps).toEqual([]);
  expect(layout.bars.at(-1)).toMatchObject({ lane: 1, running: true, to: NOW });
});

test("the range reaches from the first start to the last end, and to now while something runs", () => {
  expect(rangeOf([attempt(0, 3, 9), attempt(1, 1, 4)], NOW)).toEqual({
    from: START + 1000,
    to: START + 9000,
  });
  expect(rangeOf([attempt(0, 3, null), attempt(1, 1, 4)], NOW)).toEqual({ from: START + 1000, to: NOW });
});

test("the range of no attempts is the present moment", () => {
  expect(rangeOf([], NOW)).toEqual({ from: NOW, to: NOW });
});

test("an attempt that the server's clock has not reached yet has no length, and not a negative one", () => {
  const [bar] = layOut([attempt(0, 2000, null)], "host", NOW).bars;
  expect(bar!.to - bar!.from).toBe(0);
});
