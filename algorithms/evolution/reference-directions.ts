/** Evenly spread points of the unit simplex, the directions in which NSGA-III keeps a front spread. */

/** The inner layer is half as large as the outer one (Deb & Jain 2014). */
const INNER_SCALE = 0.5;

/**
 * At most `size` directions of m weights >= 0 that sum to 1, and at least m: as many divisions as fit (Das & Dennis
 * 1998); where they are fewer than m, so that all directions lie on the boundary, an inner layer of what is left (Deb &
 * Jain 2014).
 */
export function referenceDirections(m: number, size: number): number[][] {
  const divisions = divisionsWithin(m, size);
  const outer = simplexLattice(m, divisions);
  if (m < 3 || divisions >= m) return outer;
  const left = divisionsWithin(m, Math.max(1, size - outer.length), 0);
  if (left === 0) return outer;
  const shift = (1 - INNER_SCALE) / m;
  const inner = simplexLattice(m, left).map((weights) => weights.map((w) => INNER_SCALE * w + shift));
  return [...outer, ...inner];
}

/** All weights that are multiples of 1 / divisions. */
export function simplexLattice(m: number, divisions: number): number[][] {
  const points: number[][] = [];
  const place = (weights: readonly number[], rest: number): void => {
    if (weights.length === m - 1) {
      points.push([...weights, rest].map((count) => count / divisions));
      return;
    }
    for (let count = 0; count <= rest; count++) place([...weights, count], rest - count);
  };
  place([], divisions);
  return points;
}

/** The most divisions whose lattice has at most `size` points, but no fewer than `least`. */
function divisionsWithin(m: number, size: number, least = 1): number {
  if (m === 1) return 1;
  let divisions = least;
  while (latticeSize(m, divisions + 1) <= size) divisions++;
  return divisions;
}

/** Binomial(divisions + m - 1, m - 1). */
function latticeSize(m: number, divisions: number): number {
  let size = 1;
  for (let k = 1; k < m; k++) size = (size * (divisions + k)) / k;
  return Math.round(size);
}
