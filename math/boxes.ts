import { type Losses, paretoFront } from "./pareto.ts";

/**
 * The region that a Pareto front leaves open, as disjoint boxes: what expected hypervolume improvement integrates over.
 * Minimised losses.
 *
 * r: reference point, m finite numbers. The region: every y <= r that no point of the front dominates weakly. A strip: a
 * box that reaches down to -Infinity in the second loss.
 */

/** `lower`, `upper`: corners, count × m, row-major. `lower` is -Infinity where nothing bounds the region. */
export interface Boxes {
  count: number;
  m: number;
  lower: Float64Array;
  upper: Float64Array;
}

type Box = { lower: number[]; upper: number[] };

/**
 * Boxes for n points of m losses; dominated points and those that are not below the reference in every loss change
 * nothing. n + 1 boxes for m = 2, at most 2n + 1 for m = 3 (Yang et al. 2019, "Efficient computation of expected
 * hypervolume improvement using box decomposition algorithms"); above, slabs along the last loss in which boxes
 * that go on unchanged are one.
 */
export function nonDominatedBoxes(losses: Losses, reference: readonly number[]): Boxes {
  const m = reference.length;
  const inside = losses.filter((point) => point.every((loss, k) => loss < reference[k]!));
  const boxes = decompose(
    paretoFront(inside).map((index) => inside[index]!),
    reference,
  );
  const lower = new Float64Array(boxes.length * m);
  const upper = new Float64Array(boxes.length * m);
  for (const [at, box] of boxes.entries()) {
    lower.set(box.lower, at * m);
    upper.set(box.upper, at * m);
  }
  return { count: boxes.length, m, lower, upper };
}

/** `points` may dominate one another in more than two dimensions. */
function decompose(points: Losses, reference: readonly number[]): Box[] {
  if (reference.length === 1) {
    const best = points.reduce((lowest, point) => Math.min(lowest, point[0]!), reference[0]!);
    return [{ lower: [Number.NEGATIVE_INFINITY], upper: [best] }];
  }
  if (reference.length === 2) return planeBoxes(points, reference);
  return reference.length === 3 ? solidBoxes(points, reference) : slabBoxes(points, reference);
}

function planeBoxes(points: Losses, [rx, ry]: readonly number[]): Box[] {
  const sorted = [...points].sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
  const boxes: Box[] = [];
  let left = Number.NEGATIVE_INFINITY;
  let top = ry!;
  for (const [x, y] of sorted) {
    if (y! >= top) continue;
    if (x! > left) boxes.push({ lower: [left, Number.NEGATIVE_INFINITY], upper: [x!, top] });
    left = x!;
    top = y!;
  }
  boxes.push({ lower: [left, Number.NEGATIVE_INFINITY], upper: [rx!, top] });
  return boxes;
}

/** Strips of the cross-section at the sweep's height: from `left` to the next strip's, up to `top`, since `since`. */
interface Strip {
  left: number;
  top: number;
  since: number;
}

/** Sweeps up the third loss; a point ends the strips that it cuts, which become boxes, and opens at most two. */
function solidBoxes(points: Losses, [rx, ry, rz]: readonly number[]): Box[] {
  const boxes: Box[] = [];
  const bottom = Number.NEGATIVE_INFINITY;
  const strips: Strip[] = [{ left: bottom, top: ry!, since: bottom }];
  const rightOf = (at: number) => strips[at + 1]?.left ?? rx!;
  const close = (at: number, z: number) => {
    const { left, top, since } = strips[at]!;
    if (z > since) boxes.push({ lower: [left, bottom, since], upper: [rightOf(at), top, z] });
  };
  for (const [x, y, z] of [...points].sort((a, b) => a[2]! - b[2]!) as [number, number, number][]) {
    // The strip that holds x, and the first one right of it that lies below y already.
    let start = 0;
    while (start + 1 < strips.length && strips[start + 1]!.left <= x) start++;
    if (strips[start]!.top <= y) continue;
    let end = start;
    while (end < strips.length && strips[end]!.top > y) close(end++, z);
    const { left, top } = strips[start]!;
    const opened: Strip[] = [{ left: x, top: y, since: z }];
    if (left < x) opened.unshift({ left, top, since: z });
    strips.splice(start, end - start, ...opened);
  }
  for (let at = 0; at < strips.length; at++) close(at, rz!);
  return boxes;
}

function slabBoxes(points: Losses, reference: readonly number[]): Box[] {
  const last = reference.length - 1;
  const heights = [...new Set(points.map((point) => point[last]!))].sort((a, b) => a - b);
  const finished: Box[] = [];
  let open = new Map<string, { box: Box; since: number }>();
  for (const [at, from] of [Number.NEGATIVE_INFINITY, ...heights].entries()) {
    const to = heights[at] ?? reference[last]!;
    const below = points.filter((point) => point[last]! <= from).map((point) => point.slice(0, last));
    const front = paretoFront(below).map((index) => below[index]!);
    const next = new Map<string, { box: Box; since: number }>();
    for (const box of decompose(front, reference.slice(0, last))) {
      const key = `${box.lower}/${box.upper}`;
      next.set(key, { box, since: open.get(key)?.since ?? from });
      open.delete(key);
    }
    for (const { box, since } of open.values()) finished.push(extended(box, since, from));
    open = next;
    if (at === heights.length)
      for (const { box, since } of open.values()) finished.push(extended(box, since, to));
  }
  return finished;
}

function extended({ lower, upper }: Box, from: number, to: number): Box {
  return { lower: [...lower, from], upper: [...upper, to] };
}
