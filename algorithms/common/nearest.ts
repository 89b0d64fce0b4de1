import type { Point } from "../../core/algorithm.ts";
import type { History } from "./history.ts";

const NEAREST = 3;

/**
 * The numbers of the finished trials nearest to a point, for its evidence: by distance in the coordinates that both have;
 * a different choice, or a coordinate that only one of them has, counts as the whole range. `ignored`: a coordinate that
 * does not count.
 */
export function nearestTrials(
  { completed }: Pick<History, "completed">,
  point: Point,
  ignored: number | null = null,
): number[] {
  const near: { trial: number; distance: number }[] = [];
  for (const record of completed) {
    const distance = distanceBetween(record.point, point, ignored);
    if (near.length === NEAREST && distance >= near[NEAREST - 1]!.distance) continue;
    near.push({ trial: record.trial, distance });
    near.sort((a, b) => a.distance - b.distance || a.trial - b.trial);
    near.length = Math.min(near.length, NEAREST);
  }
  return near.map(({ trial }) => trial);
}

function distanceBetween(a: Point, b: Point, ignored: number | null): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    if (i === ignored) continue;
    const x = a[i]!;
    const y = b[i]!;
    if (x !== null && y !== null) sum += Math.min(1, (x - y) ** 2);
    else if (x !== y) sum += 1;
  }
  return sum;
}
