import type { Json } from "../../../core/json.ts";
import type { Parameter } from "../../../core/space.ts";
import { short } from "../../app/format.ts";

/** How one value differs from another, in a few characters: "=", "+8", "×2.3" on a log scale, "≠" for what has no distance. */
export function difference(value: Json | undefined, other: Json | undefined, parameter?: Parameter): string {
  if (value === undefined || other === undefined) return value === other ? "" : "only one has it";
  if (JSON.stringify(value) === JSON.stringify(other)) return "=";
  if (typeof value !== "number" || typeof other !== "number") return "≠";
  const log = parameter !== undefined && "scale" in parameter && parameter.scale === "log";
  if (log && value > 0 && other > 0) {
    return value > other ? `×${short(value / other, 3)}` : `÷${short(other / value, 3)}`;
  }
  const text = short(Math.abs(value - other), 3);
  return value > other ? `+${text}` : `−${text}`;
}
