import { query, querySet, setQuery } from "../../app/router.ts";
import type { TrialOrder } from "./board-order.ts";

/** What the address says of the leaderboard. */
export interface BoardQuery {
  filter: string;
  /** "value", "-number", or a column's id, "-" before it for the other direction. Null: as the study has it. */
  sort: string | null;
  /** Ids of columns; null: the default. */
  columns: readonly string[] | null;
  pin: number | null;
  selected: ReadonlySet<number>;
  heat: boolean;
  /** Whether parameters are shown that do not differ. */
  constant: boolean;
}

export function boardQuery(): BoardQuery {
  const columns = query.value.get("columns");
  const pin = query.value.get("pin");
  return {
    filter: query.value.get("filter") ?? "",
    sort: query.value.get("sort"),
    columns: columns === null ? null : columns.split(","),
    pin: pin !== null && /^\d{1,9}$/.test(pin) ? Number(pin) : null,
    selected: new Set([...querySet("sel")].filter((word) => /^\d{1,9}$/.test(word)).map(Number)),
    heat: query.value.get("heat") === "1",
    constant: query.value.get("constant") === "1",
  };
}

export function toggleSelected(trial: number): void {
  const { selected } = boardQuery();
  const next = selected.has(trial) ? [...selected].filter((other) => other !== trial) : [...selected, trial];
  setQuery({ sel: next.join(",") });
}

const SERVER_ORDERS: ReadonlySet<string> = new Set(["number", "-number", "value", "-value"]);

/** The server's order that comes nearest: other columns are sorted here, of the rows that are loaded. */
export function serverOrder(sort: string | null): TrialOrder {
  return sort !== null && SERVER_ORDERS.has(sort) ? (sort as TrialOrder) : "value";
}

/** A click on a header: its first direction, its other one, and then the default again. */
export function nextSort(current: string | null, column: string): string | null {
  if (current === column) return `-${column}`;
  return current === `-${column}` ? null : column;
}
