import { short } from "../../app/format.ts";
import { LineSwatch } from "../../charts/line-swatch.tsx";
import { Link } from "../../ui/link.tsx";
import { type Band, type Budget, type Line, pairsWon } from "./lines.ts";

interface Standing {
  line: Line;
  at: Band | null;
}

interface StandingsProps {
  values: readonly Standing[];
  budget: Budget;
  amount: number;
  amountText: string;
  goal: "minimize" | "maximize";
}

/** Who is ahead at the budget, in a sentence and in a table. */
export function Standings({ values, budget, amount, amountText, goal }: StandingsProps) {
  const reached = values.filter(hasValue).sort((a, b) => better(goal, a.at.mean, b.at.mean));
  const ranked = [...reached, ...values.filter((value) => !hasValue(value))];
  return (
    <section class="panel" aria-label="At the same budget">
      <header>
        <h2>At {amountText}</h2>
      </header>
      <div class="note" role="status">
        {statement(reached, budget, amount, amountText, goal)}
      </div>
      <div class="scroll" style={{ marginTop: 8 }}>
        <table>
          <thead>
            <tr>
              <th>Study</th>
              <th class="number">At this budget</th>
              <th class="number hide-small">Behind</th>
              <th class="number">Best ever</th>
              <th class="number">Trials</th>
              <th class="number hide-small">GPU-h</th>
              <th class="hide-small">Algorithm</th>
            </tr>
          </thead>
          <tbody>
            {ranked.map((standing) => (
              <Row
                key={standing.line.name}
                standing={standing}
                slot={values.indexOf(standing)}
                lead={reached[0]?.at.mean ?? null}
                amount={amount}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface RowProps {
  standing: Standing;
  slot: number;
  lead: number | null;
  amount: number;
}

function Row({ standing: { line, at }, slot, lead, amount }: RowProps) {
  const { runs, name, end } = line;
  const sum = (of: (run: (typeof runs)[number]) => number) => runs.reduce((total, run) => total + of(run), 0);
  const bests = runs.flatMap(({ progress }) => progress.improvements.at(-1)?.value ?? []);
  const algorithms = [...new Set(runs.map(({ study }) => study.spec.algorithm.name))];
  return (
    <tr>
      <td>
        <LineSwatch slot={slot} />{" "}
        {runs.length === 1 ? (
          <Link to={`/studies/${encodeURIComponent(name)}`}>{name}</Link>
        ) : (
          <span title={runs.map(({ study }) => study.name).join(", ")}>
            {name} <span class="muted">({runs.length} studies)</span>
          </span>
        )}
      </td>
      <td class="number" title={at === null ? undefined : `${at.low} to ${at.high}`}>
        {bandText(at, runs.length)}
        {end < amount ? <span class="muted"> (ended before)</span> : null}
      </td>
      <td class="number hide-small">
        {at === null || lead === null ? "–" : at.mean === lead ? "ahead" : short(Math.abs(at.mean - lead), 3)}
      </td>
      <td class="number">{bests.length === 1 ? short(bests[0]) : rangeText(bests)}</td>
      <td class="number">{sum(({ study }) => study.created)}</td>
      <td class="number hide-small">
        {short(
          sum(({ study }) => study.used.gpuHours),
          3,
        )}
      </td>
      <td class="clip hide-small">{algorithms.join(", ")}</td>
    </tr>
  );
}

function bandText(at: Band | null, studies: number): string {
  if (at === null) return "nothing yet";
  return studies === 1 ? short(at.mean) : `${short(at.mean)} (${short(at.low)} … ${short(at.high)})`;
}

function rangeText(values: readonly number[]): string {
  return values.length === 0 ? "–" : `${short(Math.min(...values))} … ${short(Math.max(...values))}`;
}

function hasValue(value: Standing): value is { line: Line; at: Band } {
  return value.at !== null;
}

function better(goal: "minimize" | "maximize", a: number, b: number): number {
  return goal === "minimize" ? a - b : b - a;
}

/** How sure that is, as far as it can be said: groups are compared pair by pair, single studies not at all. */
function statement(
  reached: readonly { line: Line; at: Band }[],
  budget: Budget,
  amount: number,
  amountText: string,
  goal: "minimize" | "maximize",
): string {
  const [first, second] = reached;
  if (first === undefined) return `No study has a value at ${amountText}.`;
  if (second === undefined) return `Only ${first.line.name} has a value at ${amountText}.`;
  if (first.at.mean === second.at.mean)
    return `At ${amountText}, ${first.line.name} and ${second.line.name} are level at ${short(first.at.mean)}.`;
  const lead =
    `At ${amountText}, ${first.line.name} is ahead with ${short(first.at.mean)}, ` +
    `${short(Math.abs(first.at.mean - second.at.mean), 3)} better than ${second.line.name} (${short(second.at.mean)}).`;
  if (first.line.runs.length < 2 || second.line.runs.length < 2)
    return `${lead} One study each can differ by chance: repeat them with other seeds and group them to know.`;
  const { won, of } = pairsWon(first.line, second.line, budget, amount, goal);
  return `${lead} In ${won} of ${of} pairs of their studies it is the better one.`;
}
