/**
 * An exponential moving average over points of step and value, without the pull of the first value: the mean is divided by
 * the weight that it has gathered (the bias correction of Adam, Kingma and Ba 2015). Points without a value are passed over.
 * @param weight Of what came before, 0 (none) to below 1.
 */
export function smooth(
  points: readonly (readonly [number, number | null])[],
  weight: number,
): [number, number | null][] {
  let mean = 0;
  let gathered = 0;
  return points.map(([step, value]) => {
    if (value === null) return [step, null];
    mean = weight * mean + (1 - weight) * value;
    gathered = weight * gathered + (1 - weight);
    return [step, mean / gathered];
  });
}
