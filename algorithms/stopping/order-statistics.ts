/**
 * The q-quantile of a sample, q in [0, 1], by linear interpolation between the neighbouring order statistics (type 7 of
 * Hyndman & Fan 1996, NumPy's default). NaN of none. Reorders `values`, which must hold no NaN; expected O(n).
 */
export function quantile(values: Float64Array, q: number): number {
  if (values.length === 0) return Number.NaN;
  const position = q * (values.length - 1);
  const below = Math.floor(position);
  const low = select(values, below);
  if (below === position) return low;
  // `select` left everything behind `below` at least as large: the next order statistic is the least of it.
  let high = Number.POSITIVE_INFINITY;
  for (let index = below + 1; index < values.length; index++) high = Math.min(high, values[index]!);
  const share = position - below;
  return low === high ? low : low * (1 - share) + high * share;
}

/** How many values are less than `limit`. */
export function countBelow(values: Float64Array, limit: number): number {
  let count = 0;
  for (let index = 0; index < values.length; index++) if (values[index]! < limit) count++;
  return count;
}

/** Hoare's quickselect: the value of rank `rank` (from 0), moved to its place, with smaller ones before and larger ones behind. */
function select(values: Float64Array, rank: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = medianOfThree(values[low]!, values[(low + high) >>> 1]!, values[high]!);
    let left = low;
    let right = high;
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      const swapped = values[left]!;
      values[left++] = values[right]!;
      values[right--] = swapped;
    }
    if (rank <= right) high = right;
    else if (rank >= left) low = left;
    else break;
  }
  return values[rank]!;
}

/** Keeps sorted and reversed samples from being the slow case. */
function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
