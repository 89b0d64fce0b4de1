import type { ParsedPoint } from "./collector.ts";
import type { FileSource } from "./file-source.ts";
import { createLineSplitter } from "./line-splitter.ts";
import { parseNumber } from "./number-text.ts";
import { withStep } from "./step-keys.ts";
import { createTail } from "./tail.ts";

/** A CSV file with a header line; empty and non-numeric cells are left out. */
export function csvFile(
  path: string,
  options: { stepColumn?: string | undefined; delimiter: string },
): FileSource {
  const tail = createTail(path);
  let header: string[] | null = null;
  let found: ParsedPoint[] = [];
  const newSplitter = () =>
    createLineSplitter(({ text }) => {
      const cells = splitCells(text, options.delimiter);
      if (header === null) header = cells.map((cell) => cell.trim());
      else found.push(...rowPoints(header, cells, options.stepColumn));
    });
  let splitter = newSplitter();
  const taken = () => {
    const points = found;
    found = [];
    return points;
  };
  return {
    async look() {
      await tail.read(
        (chunk) => splitter.write(chunk),
        () => {
          header = null;
          splitter = newSplitter();
        },
      );
      return taken();
    },
    end() {
      splitter.end();
      return taken();
    },
  };
}

function rowPoints(
  header: readonly string[],
  cells: readonly string[],
  stepColumn: string | undefined,
): ParsedPoint[] {
  const pairs = header.flatMap((name, column) => {
    const value = parseNumber(cells[column] ?? "");
    return value === null || name === "" ? [] : [{ name, value }];
  });
  const step = pairs.find(({ name }) => name === stepColumn)?.value ?? null;
  return withStep(
    pairs.filter(({ name }) => name !== stepColumn),
    step,
  );
}

/** Cells of one line; a quoted cell may hold the delimiter, and "" for a quote. */
function splitCells(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string;
    if (character === '"') {
      if (quoted && line[at + 1] === '"') {
        cell += '"';
        at++;
      } else quoted = !quoted;
    } else if (character === delimiter && !quoted) {
      cells.push(cell);
      cell = "";
    } else cell += character;
  }
  return [...cells, cell];
}
