import { color } from "../../app/theme.ts";
import { shade } from "../../charts/ranks.ts";
import type { DotStyle } from "../../charts/scatter/draw.ts";
import type { View } from "./view.ts";

/** Dots in the colour of the trials' ranks; on a coloured ground with `radius` and an opaque look. */
export function rankStyle({ ranks, sample: { states } }: View, radius: number): (trial: number) => DotStyle {
  const failed = color("--state-failed");
  return (trial) => {
    const rank = ranks[trial]!;
    return {
      color: Number.isNaN(rank) ? failed : shade(rank),
      hollow: states[trial] !== "completed",
      alpha: 1,
      radius,
    };
  };
}
