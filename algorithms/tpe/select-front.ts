import { selectByHypervolume, usualReference } from "../../math/hypervolume.ts";
import { type Losses, paretoRanks } from "../../math/pareto.ts";

/**
 * The best `count` of points by several losses, as indices: whole fronts first, and of the front that does not fit the
 * points that greedily dominate the largest volume (Ozaki et al. 2020).
 */
export function selectFront(losses: Losses, count: number): number[] {
  const fronts: number[][] = [];
  for (const [index, rank] of paretoRanks(losses).entries()) {
    fronts[rank] ??= [];
    fronts[rank].push(index);
  }
  const chosen: number[] = [];
  for (const front of fronts) {
    const room = count - chosen.length;
    if (front.length > room) {
      const among = front.map((index) => losses[index]!);
      const best = selectByHypervolume(among, usualReference(among), room);
      return [...chosen, ...best.map((place) => front[place]!)];
    }
    chosen.push(...front);
  }
  return chosen;
}
