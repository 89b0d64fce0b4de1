import { describe, expect, test } from "vitest";
import { lineChart, X_RANGE, Y_RANGE } from "../../../benchmarks/quality/plot/line-chart.ts";
import { looksOf } from "../../../benchmarks/quality/plot/looks.ts";
import { cliques, rankDiagram } from "../../../benchmarks/quality/plot/rank-diagram.ts";
import { linearScale, logScale } from "../../../benchmarks/quality/plot/scale.ts";
import { expectWellFormed } from "./well-formed.ts";

describe("scales", () => {
  test("a linear one puts the ends of the domain at the ends of the range, with round ticks between", () => {
    const { at, ticks } = linearScale([0, 200], [70, 570]);
    expect([at(0), at(100), at(200)]).toEqual([70, 320, 570]);
    expect(ticks.map(({ value }) => value)).toEqual([0, 50, 100, 150, 200]);
  });

  test("a logarithmic one puts equal ratios at equal distances, with ticks at powers of ten", () => {
    const { at, ticks } = logScale([0.001, 10], [0, 400]);
    expect(at(0.1) - at(0.01)).toBeCloseTo(at(10) - at(1), 9);
    expect(ticks.map(({ text }) => text)).toEqual(["0.001", "0.01", "0.1", "1", "10"]);
  });

  test("a logarithmic one draws 0 at its lower end", () => {
    expect(logScale([0.001, 1], [300, 0]).at(0)).toBe(300);
  });

  test("a logarithmic one of a narrow domain has ticks between the powers of ten", () => {
    expect(logScale([0.3, 6], [0, 1]).ticks.map(({ value }) => value)).toEqual([0.5, 1, 2, 5]);
  });
});

test("a line chart has well-formed markup, a line and a band a series, and both axes' titles", () => {
  const points = [
    [1, 1],
    [100, 0.1],
  ] as const;
  const band = points.map(([, y]) => [y / 2, y * 2] as const);
  const series = ['tpe{"a":1}', "<gp> & co"].map((name) => ({
    name,
    color: "#123456",
    dashed: false,
    points,
    band,
  }));
  const svg = lineChart({
    ...{ title: "regret", xTitle: "trials", yTitle: "regret, median", series },
    x: linearScale([0, 100], X_RANGE),
    y: logScale([0.01, 2], Y_RANGE),
  });
  expectWellFormed(svg);
  expect(svg.match(/fill-opacity="0.12"/g)).toHaveLength(2);
  expect(svg).toContain("&lt;gp> &amp; co");
  for (const text of [">trials<", ">regret, median<", 'tpe{"a":1}'.replaceAll('"', "&quot;")])
    expect(svg).toContain(text);
});

describe("the diagram of ranks", () => {
  test("joins runs of methods within the critical difference, and only the longest of them", () => {
    expect(cliques([1, 1.4, 1.8, 3, 3.2], 1)).toEqual([
      [0, 2],
      [3, 4],
    ]);
    expect(cliques([1, 1.5, 2.1, 2.4], 1)).toEqual([
      [0, 1],
      [1, 3],
    ]);
    expect(cliques([1, 3, 5], 1)).toEqual([]);
    expect(cliques([1, 2], Number.NaN)).toEqual([]);
  });

  test.each([2, 5, 17])("of %i methods names each with its rank, in well-formed markup", (count) => {
    const ranks = Array.from({ length: count }, (_, index) => ({
      name: `method-${index}`,
      rank: 1 + index / 2,
    }));
    const svg = rankDiagram({ title: "ranks", ranks, criticalDifference: 1.2 });
    expectWellFormed(svg);
    for (const { name, rank } of ranks) {
      expect(svg).toMatch(new RegExp(`>(${name} +${rank.toFixed(2)}|${rank.toFixed(2)} +${name})<`));
    }
  });
});

test("ten of our own and ten peers look different from each other", () => {
  const names = (kind: string) => Array.from({ length: 10 }, (_, index) => `${kind}-${index}`);
  const methods = [...names("own"), ...names("peer")];
  const looks = methods.map(looksOf(methods, names("peer")));
  expect(new Set(looks.map(({ color, dashed }) => `${color} ${dashed}`)).size).toBe(20);
});
