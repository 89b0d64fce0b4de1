import type { Output } from "./command.ts";

/** A block of lines that is redrawn in place. */
export interface Screen {
  draw(lines: readonly string[]): void;
}

const CLEAR_TO_END = "\u001b[0J";

export function createScreen(output: Output): Screen {
  let height = 0;
  return {
    draw(lines) {
      const up = height === 0 ? "" : `\u001b[${height}A\r`;
      output.write(`${up}${CLEAR_TO_END}${lines.join("\n")}\n`);
      height = lines.length;
    },
  };
}
