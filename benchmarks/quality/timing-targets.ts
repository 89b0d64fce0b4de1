import type { Report, Target } from "../report.ts";
import { PEER, THREADS, type TimingFigure, type TimingTask } from "../suggestion/tasks.ts";

/** From figures of time and memory to verdicts. */

export function timingTargets(figures: readonly TimingFigure[], numerics: Report | null): Target[] {
  const find = (kind: TimingTask["kind"], method: string, dimensions: number, trials: number) =>
    figures.find(
      (figure) =>
        figure.kind === kind &&
        figure.method === method &&
        figure.dimensions === dimensions &&
        figure.trials === trials,
    );
  const gp = [
    [500, 300],
    [1000, 1000],
    [5000, 1000],
  ] as const;
  return [
    tpeTarget(find("suggestion", "tpe", 10, 10_000), find("suggestion", PEER, 10, 10_000)),
    ...gp.map(([trials, most]) =>
      limit(
        `a suggestion, \`gp\`, 20 dimensions, n = ${count(trials)}`,
        most,
        find("suggestion", "gp", 20, trials),
      ),
    ),
    likelihoodTarget(numerics),
    ...["tpe", "auto"].map((method) =>
      limit(`replay of 10,000 trials, \`${method}\``, 1000, find("replay", method, 10, 10_000)),
    ),
    memoryTarget(figures.filter(({ kind }) => kind === "memory")),
  ];
}

function tpeTarget(own: TimingFigure | undefined, peer: TimingFigure | undefined): Target {
  const target = limit("a suggestion, `tpe`, 10 dimensions, n = 10,000", 5, own);
  if (own === undefined || peer === undefined) return target;
  // Both by the clock, because both stood under the same load.
  const ratio = (peer.value / (own.wall ?? own.value)).toFixed(0);
  const beside = `${peer.method} ${milliseconds(peer.value)}, ${ratio} times as long`;
  return { ...target, measured: `${target.measured}; ${beside}` };
}

/** Of the report of the numerics' own benchmark. */
function likelihoodTarget(numerics: Report | null): Target {
  const what = "likelihood + gradient, n = 1000, d = 20";
  const known = numerics?.targets.find((target) => target.what === what);
  if (known === undefined) return missing(what, "<= 1.3 x NumPy");
  return { ...known, measured: `${known.measured} (\`${numerics!.command}\`)` };
}

/** Judged with the most threads that the service ever starts. */
function memoryTarget(figures: readonly TimingFigure[]): Target {
  const what = "memory of a scheduler with 20 studies of 1,000 trials, `auto`";
  const target = `< ${MOST_MB} MB`;
  const [few, most] = THREADS.map((threads) =>
    figures.find((figure) => figure.kind === "memory" && figure.threads === threads),
  );
  if (most === undefined) return missing(what, target);
  const beside = few === undefined ? "" : `, ${few.value.toFixed(0)} MB with ${THREADS[0]}`;
  const measured = `${most.value.toFixed(0)} MB with ${THREADS[1]} threads${beside}`;
  return { what, target, measured, met: most.value < MOST_MB };
}

const MOST_MB = 500;

/** Of suggestions the median is judged; the first one after a replay, which builds everything, is said beside it. */
function limit(what: string, mostMs: number, figure: TimingFigure | undefined): Target {
  const median = what.startsWith("a suggestion") ? "p50 " : "";
  const target = `${median}< ${milliseconds(mostMs)}`;
  if (figure === undefined) return missing(what, target);
  const { value, p95, first } = figure;
  const beside =
    p95 === undefined ? "" : `, p95 ${milliseconds(p95)}, first ${milliseconds(first ?? Number.NaN)}`;
  const by = value < mostMs ? "" : `, ${(value / mostMs).toPrecision(2)} times as long`;
  return { what, target, measured: `${median}${milliseconds(value)}${by}${beside}`, met: value < mostMs };
}

function missing(what: string, target: string): Target {
  return { what, target, measured: "not measured", met: false };
}

/** "4.2 ms", "310 ms", "1.2 s". */
export function milliseconds(value: number): string {
  return value >= 1000 ? `${Number((value / 1000).toPrecision(3))} s` : `${Number(value.toPrecision(3))} ms`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
