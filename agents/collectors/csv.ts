import type { Collector, LineParser } from "./collector.ts";
import { lineFiles } from "./line-files.ts";
import { parseNumber } from "./number-text.ts";
import { withStep } from "./step-keys.ts";

export const csv: Collector<"csv"> = {
  kind: "csv",
  summary: "A table with a header that grows row by row; a metric a column.",
  open: (spec, context) => lineFiles(spec.path, context, () => rowParser(spec.delimiter, spec.stepColumn)),
};

/** The first line is the header; empty and non-numeric cells are left out. */
function rowParser(delimiter: string, stepColumn: string | undefined): LineParser {
  let header: string[] | null = null;
  return (line) => {
    const cells = splitCells(line, delimiter);
    if (header !== null) return rowPoints(header, cells, stepColumn);
    header = cells.map((cell) => cell.trim());
    return [];
  };
}

function rowPoints(header: readonly string[], cells: readonly string[], stepColumn: string | undefined) {
  const pairs = header.flatMap((name, column) => {
    const value = parseNumber(cells[column] ?? "");
    return value === null || name === "" ? [] : [{ name, value }];
  });
  const step = pairs.find(({ name, value }) => name === stepColumn && Number.isFinite(value))?.value;
  return withStep(
    pairs.filter(({ name }) => name !== stepColumn),
    step === undefined ? null : { step, loose: false },
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
