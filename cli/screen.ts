import type { Output } from "./command.ts";

/** A block of lines that is redrawn in place. */
export interface Screen {
  draw(lines: readonly string[]): void;
}

const CLEAR_TO_END = "\u001b[0J";

export function createScreen(output: Output): Screen {
  let drawn: readonly string[] = [];
  return {
    draw(lines) {
      // A terminal that was made narrower since has wrapped what stands there.
      const rows = drawn.reduce((sum, line) => sum + rowsOf(line, output.columns), 0);
      const up = rows === 0 ? "" : `\u001b[${rows}A\r`;
      output.write(`${up}${CLEAR_TO_END}${lines.join("\n")}\n`);
      drawn = lines;
    },
  };
}

function rowsOf(line: string, columns: number | undefined): number {
  return columns === undefined ? 1 : Math.max(1, Math.ceil([...line].length / columns));
}
