import type { WireNumber } from "../../core/number.ts";

/** Numbers and times as people read them; the exact value belongs into a title. */

/** Four significant digits; 1e-4 and not 0.0001000; "–" for nothing. */
export function short(value: WireNumber | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "string") return value;
  if (!Number.isFinite(value)) return String(value);
  const magnitude = Math.abs(value);
  if (Number.isInteger(value) && magnitude < 1e6) return String(value);
  if (magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 1e6)) {
    return value
      .toExponential(Math.max(0, digits - 2))
      .replace(/\.?0+e/, "e")
      .replace("e+", "e");
  }
  return String(Number(value.toPrecision(digits)));
}

/** "42 s", "3 min 20 s", "2 h 5 min", "3 d 4 h". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min${whole % 60 === 0 ? "" : ` ${whole % 60} s`}`;
  const [unit, size, next, part] =
    whole < 86_400 ? (["h", 3600, "min", 60] as const) : (["d", 86_400, "h", 3600] as const);
  const rest = Math.floor((whole % size) / part);
  return `${Math.floor(whole / size)} ${unit}${rest === 0 ? "" : ` ${rest} ${next}`}`;
}

// Made once: to make one takes longer than to write a hundred times with it.
const timeOfDay = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayOfYear = new Intl.DateTimeFormat([], { month: "short", day: "numeric" });
const dayAndTime = new Intl.DateTimeFormat([], { dateStyle: "medium", timeStyle: "medium" });

/** "14:31:07", or with its day when that is another one. */
export function clock(time: string | number, now = Date.now()): string {
  const date = new Date(time);
  const sameDay = new Date(now).toDateString() === date.toDateString();
  const text = timeOfDay.format(date);
  return sameDay ? text : `${dayOfYear.format(date)} ${text}`;
}

/** The whole of it: "Mar 4, 2026, 2:31:07 PM". */
export function moment(time: string | number): string {
  return dayAndTime.format(new Date(time));
}

/** "3 min ago". */
export function ago(time: string | number, now = Date.now()): string {
  const seconds = (now - new Date(time).getTime()) / 1000;
  return seconds < 1 ? "now" : `${duration(seconds)} ago`;
}

/** A parameter's value: strings as they are, everything else as JSON. */
export function paramText(value: unknown): string {
  if (typeof value === "number") return short(value, 5);
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "–");
}

export function percent(share: number, digits = 0): string {
  return `${(100 * share).toFixed(digits)} %`;
}

/** "1 trial", "2 trials". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
