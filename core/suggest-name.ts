/**
 * The candidate that a mistyped word most likely meant; undefined when none is close. Close: at most a third of the
 * longer word's letters differ (but always allow one), or only upper and lower case or separators do. Ties go to the first candidate.
 */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const allowed = Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3));
    if (Math.abs(word.length - candidate.length) > allowed && fold(word) !== fold(candidate)) continue;
    const distance = fold(word) === fold(candidate) ? 0 : editDistance(word, candidate);
    if (
      distance <= allowed &&
      distance < bestDistance &&
      distance < Math.max(word.length, candidate.length)
    ) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** The hint of a "did you mean" error; undefined when no candidate is close. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const candidate = closest(word, candidates);
  return candidate === undefined ? undefined : `Did you mean "${candidate}"?`;
}

function fold(word: string): string {
  return word.toLowerCase().replace(/[-_. ]/g, "");
}

/**
 * Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours that turn `a` into
 * `b`, no part edited twice (Damerau 1964). Words past 200 characters are cut, names are shorter.
 */
function editDistance(a: string, b: string): number {
  const s = a.slice(0, 200);
  const t = b.slice(0, 200);
  // rows[i][j]: distance between the first i letters of s and the first j of t; only the last three rows are kept.
  let before: number[] = [];
  let previous = Array.from({ length: t.length + 1 }, (_, j) => j);
  for (let i = 1; i <= s.length; i++) {
    const row = [i];
    for (let j = 1; j <= t.length; j++) {
      const substituted = previous[j - 1]! + (s[i - 1] === t[j - 1] ? 0 : 1);
      let cost = Math.min(previous[j]! + 1, row[j - 1]! + 1, substituted);
      if (i > 1 && j > 1 && s[i - 1] === t[j - 2] && s[i - 2] === t[j - 1])
        cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    before = previous;
    previous = row;
  }
  return previous[t.length]!;
}
