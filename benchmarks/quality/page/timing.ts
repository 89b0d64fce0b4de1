import { PEER, type TimingFigure } from "../../suggestion/tasks.ts";
import { timePicture } from "../figures.ts";
import { markdownTable } from "../markdown.ts";
import { milliseconds } from "../timing-targets.ts";
import { imageOf, type Section, section } from "./section.ts";

/** Null without figures. */
export function timingSection(figures: readonly TimingFigure[]): Section | null {
  const picture = timePicture(figures);
  if (picture === null) return null;
  const suggestions = figures.filter(({ kind }) => kind === "suggestion");
  const counts = [...new Set(suggestions.map(({ trials }) => trials))].sort((a, b) => a - b);
  const lines = [...new Set(suggestions.map(lineOf))];
  const rows = lines.map((line) => [
    line,
    ...counts.map((trials) =>
      cell(suggestions.find((figure) => lineOf(figure) === line && figure.trials === trials)),
    ),
  ]);
  return section(
    [
      "## Seconds per suggestion",
      `Median and 95th percentile after n finished trials, each in a fresh process on one thread: the lesser of wall-clock and processor time, so that other work on the machine counts as little as possible; of ${PEER} the wall-clock time that it takes within Python.`,
      markdownTable(["", ...counts.map((trials) => `n = ${trials.toLocaleString("en-US")}`)], rows),
      imageOf(picture),
    ],
    [picture],
  );
}

function lineOf({ method, dimensions }: TimingFigure): string {
  return `${method}, ${dimensions} dimensions`;
}

function cell(figure: TimingFigure | undefined): string {
  if (figure === undefined) return "–";
  return `${milliseconds(figure.value)} (${milliseconds(figure.p95 ?? Number.NaN)})`;
}
