import { logDiffNormalCdf } from "../../math/normal-tails.ts";

/** ln of the mass that a Normal(mu, sigma) has in [0, 1]. */
export function logMassInside(mu: number, sigma: number): number {
  // 1 - 1e-16 to both sides.
  if (mu > 8.3 * sigma && 1 - mu > 8.3 * sigma) return 0;
  return logDiffNormalCdf(-mu / sigma, (1 - mu) / sigma);
}
