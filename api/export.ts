import { stringifyWire } from "../core/number.ts";
import type { StudyResource, TrialDetail } from "../core/resources.ts";
import type { TrialStore } from "../core/store.ts";
import { csvLine } from "./csv.ts";

const PAGE = 500;

/** One trial a line, as `GET …/trials/{number}` gives it. */
export async function* jsonLinesExport(store: TrialStore, studyId: string): AsyncGenerator<string> {
  for await (const trials of pages(store, studyId)) {
    yield trials.map((trial) => `${stringifyWire(trial)}\n`).join("");
  }
}

/** One trial a line: its state, one column an objective, a parameter and a constraint, then times. */
export async function* csvExport(store: TrialStore, study: StudyResource): AsyncGenerator<string> {
  const columns = columnsOf(study);
  yield csvLine(columns.map(({ name }) => name));
  for await (const trials of pages(store, study.id)) {
    yield trials.map((trial) => csvLine(columns.map(({ value }) => value(trial)))).join("");
  }
}

async function* pages(store: TrialStore, studyId: string): AsyncGenerator<TrialDetail[]> {
  for (let after = -1; ; ) {
    const trials = await store.exportTrials(studyId, after, PAGE);
    const last = trials.at(-1);
    if (!last) return;
    yield trials;
    if (trials.length < PAGE) return;
    after = last.number;
  }
}

interface Column {
  name: string;
  value: (trial: TrialDetail) => unknown;
}

function columnsOf({ spec }: StudyResource): Column[] {
  const column = (name: keyof TrialDetail): Column => ({ name, value: (trial) => trial[name] });
  return [
    column("number"),
    column("state"),
    ...spec.objectives.map(({ metric }, index) => ({
      name: `values.${metric}`,
      value: (trial: TrialDetail) => trial.values[index],
    })),
    ...spec.outcomeConstraints.map(({ metric }, index) => ({
      name: `violations.${metric}`,
      value: (trial: TrialDetail) => trial.violations[index],
    })),
    ...spec.parameters.map(({ name }) => ({
      name: `params.${name}`,
      value: (trial: TrialDetail) => trial.params[name],
    })),
    column("origin"),
    column("objectiveState"),
    column("failureClass"),
    { name: "reason", value: (trial) => trial.reason.text },
    column("seed"),
    column("attempt"),
    column("createdAt"),
    column("startedAt"),
    column("endedAt"),
    column("seconds"),
  ];
}
