/**
 * Volume of what a set of losses dominates, within a reference point: exact, for two and three objectives.
 *
 * points: n lists of m losses, minimised; those that reach the reference nowhere count nothing. r: reference, m values.
 * m = 2: a sweep in the first loss. m = 3: slices between neighbouring third losses, each of them a sweep.
 *
 * @throws RangeError for another number of objectives.
 */
export function hypervolume(points: readonly (readonly number[])[], reference: readonly number[]): number {
  const inside = points.filter((point) => point.every((loss, index) => loss < reference[index]!));
  if (reference.length === 2) return area(inside, reference);
  if (reference.length !== 3) throw new RangeError(`${reference.length} objectives: 2 and 3 are supported.`);
  const rising = inside.toSorted((a, b) => a[2]! - b[2]!);
  let volume = 0;
  for (let i = 0; i < rising.length; i++) {
    const above = rising[i + 1]?.[2] ?? reference[2]!;
    const height = above - rising[i]![2]!;
    if (height > 0) volume += height * area(rising.slice(0, i + 1), reference);
  }
  return volume;
}

function area(points: readonly (readonly number[])[], reference: readonly number[]): number {
  let total = 0;
  let lowest = reference[1]!;
  for (const [first, second] of points.toSorted((a, b) => a[0]! - b[0]!)) {
    if (second! >= lowest) continue;
    total += (reference[0]! - first!) * (lowest - second!);
    lowest = second!;
  }
  return total;
}
