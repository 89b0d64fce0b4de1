import type { Sql } from "./connect.ts";

/** What every query function needs. */
export interface StoreContext {
  sql: Sql;
  /** [0, 1), for the waits between retries. */
  random: () => number;
  randomBytes: (size: number) => Uint8Array;
  randomUuid: () => string;
}
