import { normalQuantile } from "../../math/normal.ts";

/** Normal scores of a sorted list: the quantile of each place, members of a tie share their middle place. */
export function normalScores<Item>(
  sorted: readonly Item[],
  compare: (a: Item, b: Item) => number,
): Float64Array {
  const n = sorted.length;
  const scores = new Float64Array(n);
  for (let start = 0; start < n; ) {
    let end = start + 1;
    while (end < n && compare(sorted[start]!, sorted[end]!) === 0) end++;
    scores.fill(normalQuantile((start + end) / 2 / n), start, end);
    start = end;
  }
  return scores;
}
