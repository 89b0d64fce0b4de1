import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { short } from "../app/format.ts";

export interface FigureTable {
  columns: readonly string[];
  rows: readonly (readonly (string | number | null)[])[];
}

interface FigureProps {
  title: string;
  /** What the chart says, in a sentence, for those who do not see it. */
  text: string;
  /** The same data as a table; a long one is cut. */
  table: () => FigureTable;
  /** Controls beside the title. */
  controls?: ComponentChildren;
  children: ComponentChildren;
}

const MOST_ROWS = 500;

/** A chart in a panel, with its title, its controls, and its data as a table on demand. */
export function Figure({ title, text, table, controls, children }: FigureProps) {
  const [asTable, setAsTable] = useState(false);
  return (
    <section class="panel" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {controls}
        <button
          type="button"
          class="link small no-print"
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? "Chart" : "Table"}
        </button>
      </header>
      {asTable ? <DataTable table={table()} /> : <figure aria-label={text}>{children}</figure>}
    </section>
  );
}

function DataTable({ table: { columns, rows } }: { table: FigureTable }) {
  return (
    <section class="scroll" style={{ maxHeight: 360 }} aria-label="Data of the chart">
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column}>{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} class={typeof cell === "number" ? "number" : ""}>
                  {typeof cell === "number" ? short(cell, 6) : (cell ?? "–")}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST_ROWS ? <p class="muted">{rows.length - MOST_ROWS} more rows.</p> : null}
    </section>
  );
}
