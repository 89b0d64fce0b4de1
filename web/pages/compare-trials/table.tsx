import type { Json } from "../../../core/json.ts";
import type { StudyResource } from "../../../core/resources.ts";
import { short } from "../../app/format.ts";
import { setQuery } from "../../app/router.ts";
import type { LineSlots } from "../../charts/line-slots.ts";
import { LineSwatch } from "../../charts/line-swatch.tsx";
import { Link } from "../../ui/link.tsx";
import { StateChip } from "../../ui/state-chip.tsx";
import type { ComparedTrial } from "./read.ts";
import { type CompareRow, isEqual } from "./rows.ts";
import { removeTrial } from "./selection.ts";

interface CompareTableProps {
  study: StudyResource;
  /** The base first. */
  trials: readonly ComparedTrial[];
  /** What each trial's line looks like. */
  slots: LineSlots;
  rows: readonly CompareRow[];
  hideEqual: boolean;
}

/** A column a trial, the base first; what differs from it is marked. */
export function CompareTable({ study, trials, slots, rows, hideEqual }: CompareTableProps) {
  const shown = hideEqual ? rows.filter((row) => !isEqual(row)) : rows;
  return (
    <div class="scroll">
      <table class="compare">
        <thead>
          <tr>
            <td />
            {trials.map((one, index) => (
              <TrialHead
                key={one.trial.number}
                study={study}
                one={one}
                slot={slots.get(one.trial.number) ?? 0}
                isBase={index === 0}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row, index) => (
            <Row key={`${row.group} ${row.name}`} row={row} first={shown[index - 1]?.group !== row.group} />
          ))}
        </tbody>
      </table>
      {hideEqual && shown.length < rows.length ? (
        <p class="muted small">{rows.length - shown.length} rows are equal, and hidden.</p>
      ) : null}
    </div>
  );
}

interface TrialHeadProps {
  study: StudyResource;
  one: ComparedTrial;
  slot: number;
  isBase: boolean;
}

function TrialHead({ study, one, slot, isBase }: TrialHeadProps) {
  const { number, state, reason } = one.trial;
  return (
    <th scope="col">
      <div class="row">
        <LineSwatch slot={slot} />
        <Link to={`/studies/${encodeURIComponent(study.name)}/trials/${number}`}>Trial {number}</Link>
        <StateChip state={state} reason={reason.text} />
      </div>
      <div class="row no-print">
        {isBase ? (
          <span class="muted small">base</span>
        ) : (
          <button
            type="button"
            class="link small"
            title="Compare the others with this one"
            onClick={() => setQuery({ base: String(number) }, true)}
          >
            as base
          </button>
        )}
        <button
          type="button"
          class="link small"
          aria-label={`Leave trial ${number} out`}
          onClick={() => removeTrial(number)}
        >
          ✕
        </button>
      </div>
    </th>
  );
}

function Row({ row, first }: { row: CompareRow; first: boolean }) {
  const [base] = row.values;
  return (
    <>
      {first ? (
        <tr class="group">
          <th scope="rowgroup" colSpan={row.values.length + 1}>
            {row.group}
          </th>
        </tr>
      ) : null}
      <tr>
        <th scope="row" class="name" title={row.name}>
          {row.name}
        </th>
        {row.values.map((value, index) => (
          <Cell
            key={index}
            row={row}
            value={value}
            base={index === 0 ? undefined : base}
            isBase={index === 0}
          />
        ))}
      </tr>
    </>
  );
}

interface CellProps {
  row: CompareRow;
  value: Json | undefined;
  base: Json | undefined;
  isBase: boolean;
}

function Cell({ row, value, base, isBase }: CellProps) {
  const differs = !isBase && JSON.stringify(value) !== JSON.stringify(base);
  const difference =
    typeof value === "number" && typeof base === "number" && value !== base ? value - base : null;
  const plain = row.group === "Run";
  return (
    <td
      class={differs && !plain ? "differs" : ""}
      title={value === undefined ? undefined : JSON.stringify(value)}
    >
      <span class="value">{value === undefined ? "–" : row.text(value)}</span>
      {difference === null || plain ? null : (
        <small class={toneOf(difference, row.better)}>
          {difference > 0 ? "+" : "−"}
          {short(Math.abs(difference), 3)}
        </small>
      )}
    </td>
  );
}

function toneOf(difference: number, better: CompareRow["better"]): string {
  if (better === undefined) return "muted";
  return difference < 0 === (better === "low") ? "good" : "bad";
}
