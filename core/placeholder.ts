import { ARGUMENT_STYLES, type ArgumentStyle } from "./arguments.ts";

/** The placeholders of a command, `{{name}}`: how they are written, and what they may name besides parameters. */

/** What a command may refer to besides its parameters. A parameter of the same name wins. */
export const CONTEXT_NAMES = [
  "study",
  "trial",
  "trial_id",
  "attempt",
  "seed",
  "budget",
  "gpus",
  "trial_dir",
  "checkpoint_dir",
  "params_file",
  "metrics_file",
  "result_file",
] as const;
export type ContextName = (typeof CONTEXT_NAMES)[number];

/** Part of one argv element: text that stays, or a placeholder's content without braces and outer spaces. */
export type Part = { type: "text"; text: string } | { type: "placeholder"; name: string };

/** Cuts one argv element at its placeholders. Linear; the parts' sources joined give the element again. */
export function partsOf(element: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of element.matchAll(/\{\{([^{}]*)\}\}/g)) {
    if (match.index > end) parts.push({ type: "text", text: element.slice(end, match.index) });
    parts.push({ type: "placeholder", name: match[1]!.trim() });
    end = match.index + match[0].length;
  }
  if (end < element.length) parts.push({ type: "text", text: element.slice(end) });
  return parts;
}

/** The style of `args` (undefined: the study's own) or of `args:<style>`; null when the name is something else. */
export function argsStyle(name: string): { style: ArgumentStyle | undefined } | null {
  if (name === "args") return { style: undefined };
  const style = ARGUMENT_STYLES.find((candidate) => name === `args:${candidate}`);
  return style === undefined ? null : { style };
}
