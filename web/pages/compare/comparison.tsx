import { duration, plural, short } from "../../app/format.ts";
import { query, setQuery } from "../../app/router.ts";
import { BestLines } from "../../charts/best-lines.tsx";
import { Figure } from "../../charts/figure.tsx";
import { Empty } from "../../ui/notes.tsx";
import { Differences } from "./differences.tsx";
import { BUDGETS, type Budget, type Grouping, lineAt, linesOf, spent } from "./lines.ts";
import type { Run } from "./read.ts";
import { Standings } from "./standings.tsx";

/** Best-so-far lines of the chosen studies, what each has at the same budget, and what was different. */
export function Comparison({ runs }: { runs: readonly Run[] }) {
  const single = runs.filter(({ study }) => study.spec.objectives.length === 1);
  if (single.length === 0)
    return (
      <Empty>Studies with several objectives have no best value to compare; see their Pareto fronts.</Empty>
    );
  const { metric, goal } = single[0]!.progress;
  const alike = single.filter(({ progress }) => progress.metric === metric && progress.goal === goal);
  const others = runs.filter((run) => !alike.includes(run));
  const budget = chosenBudget();
  const lines = linesOf(alike, chosenGrouping(), budget);
  const furthest = Math.max(...alike.map((run) => spent(run, budget)));
  const amount = chosenAmount(Math.min(...lines.map(({ end }) => end)), furthest, budget);
  const values = lines.map((line) => ({ line, at: lineAt(line, budget, amount) }));
  return (
    <>
      {others.length === 0 ? null : (
        <div class="note warn">
          Not in the chart, for their objective is not {metric} ({goal}) alone:{" "}
          {others.map(({ study }) => study.name).join(", ")}.
        </div>
      )}
      <Figure
        title={`Best ${metric} so far`}
        text={`Best ${metric} over ${BUDGETS[budget].name} of ${plural(lines.length, "line")}.`}
        table={() => ({
          columns: ["line", BUDGETS[budget].name, `best ${metric}`, "least", "greatest"],
          rows: lines.flatMap((line) =>
            line.steps.map((at) => {
              const band = lineAt(line, budget, at);
              return [line.name, at, band?.mean ?? null, band?.low ?? null, band?.high ?? null];
            }),
          ),
        })}
        controls={<Controls budget={budget} runs={alike} />}
      >
        <BestLines
          lines={lines.map((line) => ({
            name: line.name,
            end: line.end,
            points: line.steps.flatMap((at) => {
              const band = lineAt(line, budget, at);
              return band === null ? [] : [{ at, ...band }];
            }),
          }))}
          furthest={furthest}
          mark={amount}
          xName={BUDGETS[budget].name}
          xText={(value) => amountText(value, budget)}
          onMark={(at) => setQuery({ budget: String(rounded(at, budget)) })}
        />
        <label class="row small" style={{ marginTop: 8, display: "flex" }}>
          Same budget
          <input
            type="range"
            class="grow"
            style={{ padding: 0 }}
            min="0"
            max={furthest}
            step={budget === "trials" ? 1 : furthest / 500 || 1}
            value={amount}
            aria-valuetext={amountText(amount, budget)}
            onInput={(event) => setQuery({ budget: event.currentTarget.value })}
          />
          <strong>{amountText(amount, budget)}</strong>
        </label>
      </Figure>
      <Standings
        values={values}
        budget={budget}
        amount={amount}
        amountText={amountText(amount, budget)}
        goal={goal}
      />
      <Differences runs={runs} />
    </>
  );
}

function Controls({ budget, runs }: { budget: Budget; runs: readonly Run[] }) {
  const withoutGpus = runs.every((run) => spent(run, "gpuHours") === 0);
  return (
    <>
      <label class="small">
        Over
        <select
          value={budget}
          onChange={(event) => setQuery({ x: event.currentTarget.value, budget: null }, true)}
        >
          {Object.entries(BUDGETS).map(([key, { name }]) => (
            <option key={key} value={key} disabled={key === "gpuHours" && withoutGpus}>
              {name}
              {key === "gpuHours" && withoutGpus ? " (none used)" : ""}
            </option>
          ))}
        </select>
      </label>
      <label class="small">
        Group by
        <select
          value={chosenGrouping()}
          onChange={({ currentTarget: { value } }) =>
            setQuery({ group: value === "none" ? null : value }, true)
          }
        >
          <option value="none">nothing</option>
          <option value="tag">tag</option>
          <option value="name">name without its number</option>
        </select>
      </label>
    </>
  );
}

function chosenBudget(): Budget {
  const wanted = query.value.get("x") ?? "";
  return wanted in BUDGETS ? (wanted as Budget) : "trials";
}

function chosenGrouping(): Grouping {
  const wanted = query.value.get("group");
  return wanted === "tag" || wanted === "name" ? wanted : "none";
}

/** @param common What every line has spent: the largest budget that is fair to all. */
function chosenAmount(common: number, furthest: number, budget: Budget): number {
  const text = query.value.get("budget");
  const wanted = text === null ? Number.NaN : Number(text);
  return Number.isFinite(wanted) ? Math.min(furthest, Math.max(0, wanted)) : rounded(common, budget);
}

function rounded(amount: number, budget: Budget): number {
  return budget === "trials" ? Math.round(amount) : Number(amount.toPrecision(4));
}

function amountText(amount: number, budget: Budget): string {
  if (budget === "seconds") return duration(amount);
  return budget === "trials" ? plural(Math.round(amount), "trial") : `${short(amount, 3)} GPU-hours`;
}
