import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";

/** One figure against its target. */
export interface Target {
  what: string;
  /** As stated: ">= 100 trials/s". */
  target: string;
  /** As measured: "231 trials/s". */
  measured: string;
  met: boolean;
}

export interface Report {
  command: string;
  /** RFC 3339, UTC. */
  date: string;
  machine: string;
  versions: Record<string, string>;
  targets: Target[];
}

export function newReport(command: string, date: Date, versions: Record<string, string>): Report {
  return { command, date: date.toISOString(), machine: machine(), versions, targets: [] };
}

/** "2 × AMD EPYC 7B13, 24 GiB, linux x64". */
export function machine(): string {
  const processors = cpus();
  const gib = Math.round(totalmem() / 2 ** 30);
  return `${processors.length} × ${processors[0]?.model.trim() ?? "unknown CPU"}, ${gib} GiB, ${process.platform} ${process.arch}`;
}

/** Version line of a program, or "not found". */
export function versionOf(file: string, args: readonly string[]): string {
  try {
    return execFileSync(file, args, { encoding: "utf8" }).trim().split("\n")[0] ?? "";
  } catch {
    return "not found";
  }
}

export function printReport(report: Report): void {
  console.log(markdown(report));
}

/**
 * Writes `<name>.json` for programs and `<name>.md` for people. What was written by hand about targets that are missed,
 * `<name>/tried.md`, follows the table.
 */
export function writeReport(directory: string, name: string, report: Report): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `${name}.json`), `${JSON.stringify(report, null, 2)}\n`);
  const tried = join(directory, name, "tried.md");
  const after = existsSync(tried) ? `\n${readFileSync(tried, "utf8")}` : "";
  writeFileSync(join(directory, `${name}.md`), `${markdown(report)}${after}`);
}

function markdown({ command, date, machine, versions, targets }: Report): string {
  const rows = targets.map(
    ({ what, target, measured, met }) => `| ${what} | ${target} | ${measured} | ${met ? "met" : "NOT MET"} |`,
  );
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `\`${command}\`, ${date}`,
    "",
    `Machine: ${machine}. ${named.join(", ")}.`,
    "",
    "| what | target | measured | verdict |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

/** The p-quantile of unsorted values by the nearest rank; NaN of none. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] as number;
}
