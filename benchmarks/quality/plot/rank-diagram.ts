import { linearScale } from "./scale.ts";
import { drawing, INK, label, path } from "./svg.ts";

/**
 * The critical-difference diagram of Demsar (2006): methods on an axis of mean ranks, the best at the left; a bar joins
 * those whose ranks are no further apart than the critical difference.
 */

export interface RankDiagram {
  title: string;
  ranks: readonly { name: string; rank: number }[];
  /** NaN: unknown, and no bars. */
  criticalDifference: number;
}

const WIDTH = 760;
const LEFT = 190;
const RIGHT = 570;
const AXIS = 78;
const ROW = 22;
const BAR_ROW = 7;

export function rankDiagram({ title, ranks, criticalDifference }: RankDiagram): string {
  const sorted = [...ranks].sort((a, b) => a.rank - b.rank);
  const x = linearScale([1, Math.max(2, ranks.length)], [LEFT, RIGHT], Math.max(1, ranks.length - 1));
  const bars = cliques(
    sorted.map(({ rank }) => rank),
    criticalDifference,
  );
  const names = AXIS + 16 + bars.length * BAR_ROW + ROW / 2;
  const half = Math.ceil(sorted.length / 2);
  const height = names + half * ROW;
  return drawing(WIDTH, height, title, [
    label(title, { x: 20, y: 22, "font-size": 14, "font-weight": "bold" }),
    ...axis(x),
    ...(Number.isFinite(criticalDifference)
      ? [ruler(x.at(1), x.at(1 + criticalDifference), criticalDifference)]
      : []),
    ...bars.map(([first, last], index) => {
      const y = AXIS + 12 + index * BAR_ROW;
      const ends = [
        [x.at(sorted[first]!.rank) - 3, y],
        [x.at(sorted[last]!.rank) + 3, y],
      ] as const;
      return path(ends, { stroke: INK, "stroke-width": 4 });
    }),
    ...sorted.map(({ name, rank }, index) => {
      const onLeft = index < half;
      // From the outside to the middle, so that no line crosses another.
      const row = onLeft ? index : sorted.length - 1 - index;
      return leader(name, rank, x.at(rank), names + row * ROW, onLeft);
    }),
  ]);
}

/**
 * Maximal runs of ascending ranks that lie within the difference, of at least two, as indices of the first and the last.
 */
export function cliques(ranks: readonly number[], difference: number): [first: number, last: number][] {
  const runs: [number, number][] = [];
  for (let first = 0; first < ranks.length; first++) {
    let last = first;
    while (last + 1 < ranks.length && ranks[last + 1]! - ranks[first]! <= difference) last++;
    if (last > first && last > (runs.at(-1)?.[1] ?? -1)) runs.push([first, last]);
  }
  return runs;
}

function axis(x: ReturnType<typeof linearScale>): string[] {
  const line = path(
    [
      [LEFT, AXIS],
      [RIGHT, AXIS],
    ],
    { stroke: INK },
  );
  const ticks = x.ticks.map(({ value, text }) => {
    const at = x.at(value);
    const mark = path(
      [
        [at, AXIS - 5],
        [at, AXIS],
      ],
      { stroke: INK },
    );
    return mark + label(text, { x: at, y: AXIS - 9, "text-anchor": "middle" });
  });
  return [line, ...ticks, label("mean rank", { x: RIGHT + 12, y: AXIS + 4 })];
}

/** The length of the critical difference, above the axis. */
function ruler(from: number, to: number, difference: number): string {
  const line = path(
    [
      [from, 46],
      [to, 46],
    ],
    { stroke: INK, "stroke-width": 2 },
  );
  return line + label(`critical difference ${difference.toFixed(2)}`, { x: to + 8, y: 50 });
}

function leader(name: string, rank: number, x: number, y: number, onLeft: boolean): string {
  const end = onLeft ? LEFT - 12 : RIGHT + 12;
  const line = path(
    [
      [x, AXIS],
      [x, y],
      [end, y],
    ],
    { stroke: INK },
  );
  const text = onLeft ? `${name}  ${rank.toFixed(2)}` : `${rank.toFixed(2)}  ${name}`;
  return (
    line + label(text, { x: onLeft ? end - 6 : end + 6, y: y + 4, "text-anchor": onLeft ? "end" : "start" })
  );
}
