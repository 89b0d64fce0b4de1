import { dominates } from "../../core/ranking.ts";

/** Losses: n points of m finite losses, minimised. */
type Losses = readonly (readonly number[])[];

/** Indices of the points that no other dominates, in their order. Read loss by loss, whoever dominates comes before. */
export function paretoFront(losses: Losses): number[] {
  const front: number[] = [];
  for (const index of [...losses.keys()].sort((a, b) => inOrder(losses[a]!, losses[b]!)))
    if (!front.some((other) => dominates(losses[other]!, losses[index]!))) front.push(index);
  return front.sort((a, b) => a - b);
}

/** By the first loss that differs. Sums would do, but rounding makes 1e18 + 0.1 and 1e18 + 0.2 the same. */
function inOrder(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((loss, k) => loss !== b[k]);
  return differs === -1 ? 0 : a[differs]! - b[differs]!;
}

/**
 * Share of the box between the best and the worst of each objective that the points up to each are better than, 0 to 1;
 * exact for two and three objectives. Null for others.
 */
export function hypervolumes(losses: Losses): number[] | null {
  const objectives = losses[0]?.length ?? 0;
  if (objectives < 2 || objectives > 3) return null;
  const unit = scaled(losses);
  let front: (readonly number[])[] = [];
  let volume = 0;
  return unit.map((point) => {
    if (front.some((other) => dominates(other, point))) return volume;
    front = [...front.filter((other) => !dominates(point, other)), point];
    volume = objectives === 2 ? area(front) : solid(front);
    return volume;
  });
}

/** Each objective from 0, its best, to 1, its worst. */
function scaled(losses: Losses): number[][] {
  const columns = losses[0]!.map((_, k) => losses.map((point) => point[k]!));
  const low = columns.map((column) => Math.min(...column));
  const high = columns.map((column) => Math.max(...column));
  return losses.map((point) => point.map((loss, k) => (loss - low[k]!) / (high[k]! - low[k]! || 1)));
}

/** Dominated area within the unit square: a sweep in the first loss. */
function area(points: Losses): number {
  let total = 0;
  let lowest = 1;
  for (const [first, second] of points.toSorted((a, b) => a[0]! - b[0]!)) {
    if (second! >= lowest) continue;
    total += (1 - first!) * (lowest - second!);
    lowest = second!;
  }
  return total;
}

/** Dominated volume within the unit cube: slices between neighbouring third losses. */
function solid(points: Losses): number {
  const rising = points.toSorted((a, b) => a[2]! - b[2]!);
  return rising.reduce((volume, point, index) => {
    const thickness = (rising[index + 1]?.[2] ?? 1) - point[2]!;
    return thickness > 0 ? volume + thickness * area(rising.slice(0, index + 1)) : volume;
  }, 0);
}
