/**
 * Terminal output as text: colours become runs with a CSS colour, every other escape sequence is dropped, and a line that
 * redraws itself with carriage returns stays as it was last.
 */

export interface Run {
  text: string;
  /** Null: the colour of the text around. */
  color: string | null;
  bold: boolean;
}

const SEQUENCE = /\x1b(?:\[([0-9;:?]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])/g;
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f]/g;

/** By the digit of the code; black and white would vanish on one of the themes. */
const COLORS = [
  null,
  "var(--bad)",
  "var(--good)",
  "var(--warn)",
  "var(--state-running)",
  "var(--state-paused)",
  "var(--accent)",
  null,
];

/** What a terminal would show of a line in the end. */
export function finalLine(line: string): string {
  const trimmed = line.endsWith("\r") ? line.slice(0, -1) : line;
  return trimmed.slice(trimmed.lastIndexOf("\r") + 1);
}

export function plainText(line: string): string {
  return finalLine(line).replace(SEQUENCE, "").replace(CONTROLS, "");
}

/** Their texts joined are the line's `plainText`. */
export function ansiRuns(line: string): Run[] {
  const runs: Run[] = [];
  let style: Omit<Run, "text"> = { color: null, bold: false };
  let from = 0;
  const shown = finalLine(line);
  const push = (text: string) => {
    const clean = text.replace(CONTROLS, "");
    if (clean !== "") runs.push({ text: clean, ...style });
  };
  for (const match of shown.matchAll(SEQUENCE)) {
    push(shown.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === "m") style = styled(style, match[1] ?? "");
  }
  push(shown.slice(from));
  return runs;
}

function styled(before: Omit<Run, "text">, codes: string): Omit<Run, "text"> {
  let style = before;
  for (const code of codes.split(/[;:]/).map(Number)) {
    if (code === 0) style = { color: null, bold: false };
    else if (code === 1) style = { ...style, bold: true };
    else if (code === 22) style = { ...style, bold: false };
    else if (code === 39) style = { ...style, color: null };
    else if (code === 90) style = { ...style, color: "var(--muted)" };
    else if (code >= 30 && code <= 37) style = { ...style, color: COLORS[code - 30]! };
    else if (code >= 91 && code <= 97) style = { ...style, color: COLORS[code - 90]! };
    // The arguments of 256 or true colours are no codes of their own.
    else if (code === 38 || code === 48) break;
  }
  return style;
}
