/** Tables and figures of reports. */

/** @param rows as many cells as the head has. The first column is text, the others are figures. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(" | ")} |`;
  const ruler = `|${head.map((_, column) => (column === 0 ? "---" : "--:")).join("|")}|`;
  return [line(head), ruler, ...rows.map(line)].join("\n");
}

/** Three decimals, below 0.1 three significant digits: regrets span decades. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return Math.abs(value) >= 0.0995 || value === 0 ? value.toFixed(3) : value.toPrecision(3);
}

export function withInterval(
  { value, low, high }: { value: number; low: number; high: number },
  text: (value: number) => string = figure,
): string {
  return `${text(value)} [${text(low)}, ${text(high)}]`;
}

export function twoDecimals(value: number): string {
  return value.toFixed(2);
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

export function inWords(workers: number): string {
  return workers === 1 ? "sequential" : `${workers} workers`;
}
