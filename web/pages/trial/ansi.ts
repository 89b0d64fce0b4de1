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

/** ECMA-48: control sequences with their parameters and last byte, commands to the system, and the short escapes. */
const SEQUENCE = /\x1b(?:\[([0-?]*[ -/]*)([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])/g;
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

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
  let end = line.length;
  while (end > 0 && line[end - 1] === "\r") end--;
  return line.slice(line.lastIndexOf("\r", end - 1) + 1, end);
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

/** Codes with sub-codes ("4:3") are of looks that are not shown; private ones (">4;1") are none. */
function styled(before: Omit<Run, "text">, parameters: string): Omit<Run, "text"> {
  let style = before;
  const codes = parameters.split(";").map(Number);
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index]!;
    if (code === 0) style = { color: null, bold: false };
    else if (code === 1) style = { ...style, bold: true };
    else if (code === 22) style = { ...style, bold: false };
    else if (code === 39) style = { ...style, color: null };
    else if (code === 90) style = { ...style, color: "var(--muted)" };
    else if (code >= 30 && code <= 37) style = { ...style, color: COLORS[code - 30]! };
    else if (code >= 91 && code <= 97) style = { ...style, color: COLORS[code - 90]! };
    // The arguments of 256 or true colours are no codes of their own.
    else if (code === 38 || code === 48 || code === 58) index += codes[index + 1] === 2 ? 4 : 2;
  }
  return style;
}
