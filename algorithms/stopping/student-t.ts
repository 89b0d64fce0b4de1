/**
 * P(T <= t) of Student's t with `freedom` degrees of freedom, a whole number >= 1. The finite trigonometric series of
 * Abramowitz & Stegun, 26.7.3 and 26.7.4; absolute error about 1e-15, O(freedom).
 *
 * theta = arctan(t / sqrt(freedom)). Terms of even freedom: 1, 1/2 cos², (1·3)/(2·4) cos⁴, …; of odd freedom: cos,
 * 2/3 cos³, (2·4)/(3·5) cos⁵, …; both up to cos^(freedom - 2).
 */
export function studentCdf(t: number, freedom: number): number {
  const theta = Math.atan(t / Math.sqrt(freedom));
  const cosine = Math.cos(theta);
  const odd = freedom % 2 === 1;
  let term = odd ? cosine : 1;
  let series = 0;
  for (let power = odd ? 1 : 0; power <= freedom - 2; power += 2) {
    series += term;
    term *= (cosine * cosine * (power + 1)) / (power + 2);
  }
  const inner = Math.sin(theta) * series;
  const central = odd ? (2 / Math.PI) * (theta + inner) : inner;
  return 0.5 + central / 2;
}
