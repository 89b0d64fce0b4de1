import { algorithms } from "../../../algorithms/index.ts";
import { peers } from "../../peers/index.ts";
import { markdownTable } from "../markdown.ts";
import type { RunRecord } from "../record.ts";
import type { Recorded } from "../targets.ts";
import { type Section, section } from "./section.ts";

/** What the methods are, and what of their runs is missing. */
export function methodSection({ index, facts, methods, workers }: Recorded): Section {
  const runsOf = (method: string) =>
    workers.flatMap((count) => facts.flatMap((problem) => index.runs(method, problem, count)));
  const rows = methods.map((method) => {
    const runs = runsOf(method);
    return [method, index.versions.get(method) ?? "not measured", sampleOf(runs), noteOf(method)];
  });
  const failures = methods.flatMap((method) => failuresOf(method, runsOf(method)));
  return section([
    "## Methods",
    "A version of Fettle's own is that of the algorithm and a digest of the code that it is made of.",
    markdownTable(["", "version", "finished runs; budgets", "how it was run"], rows),
    "## What is missing",
    failures.length === 0
      ? "Every run that began is counted."
      : markdownTable(["", "runs", "problems", "why"], failures),
  ]);
}

function sampleOf(runs: readonly RunRecord[]): string {
  const done = runs.filter(({ status }) => status === "ok");
  const budgets = [...new Set(done.map(({ trials }) => trials))].sort((a, b) => a - b);
  return done.length === 0 ? "0" : `${done.length}; ${budgets.join(", ")}`;
}

function noteOf(method: string): string {
  const peer = peers.find(({ name }) => name === method);
  return peer ? peer.note : (algorithms[method]?.summary ?? "");
}

/** A row for each way in which runs did not count, or counted with stand-ins for suggestions. */
function failuresOf(method: string, runs: readonly RunRecord[]): string[][] {
  const groups = new Map<string, RunRecord[]>();
  for (const run of runs) {
    if (run.status === "ok" && run.fallbacks === undefined) continue;
    const what = run.status === "ok" ? "counted, with stand-ins for failed suggestions" : run.status;
    const why = `${what}: ${(run.error ?? "").slice(0, 120)}`;
    groups.set(why, [...(groups.get(why) ?? []), run]);
  }
  return [...groups].map(([why, group]) => {
    const problems = [...new Set(group.map(({ problem }) => problem))];
    const shown =
      problems.length > 3
        ? `${problems.slice(0, 2).join(", ")} and ${problems.length - 2} more`
        : problems.join(", ");
    return [method, String(group.length), shown, why];
  });
}
