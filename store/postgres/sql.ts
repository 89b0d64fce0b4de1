import type postgres from "postgres";

/** What a query may interpolate: a value, `sql.json(…)`, an identifier or values helper, or another statement as a fragment. */
export type SqlValue =
  | postgres.SerializableParameter
  | postgres.Helper<never, never>
  | Statement<readonly object[]>
  | readonly Statement<readonly object[]>[];

/** The rows, and how many were read or changed. */
export type Rows<Result extends readonly object[]> = Result & {
  readonly count: number;
  readonly command: string;
};

/** A query that is sent when first awaited; not awaited, it serves as a fragment of another one. */
export type Statement<Result extends readonly object[]> = Promise<Rows<Result>>;

/**
 * Tagged template for one query: `` sql<Row[]>`select … where id = ${id}` ``. Every value travels as a parameter.
 * The tags and helpers are those of postgres.js. Types: bigint and numeric arrive as numbers, timestamptz as Date
 * (cut to milliseconds), jsonb as plain values; an object for a jsonb column goes in as it is or by `json`.
 */
export interface TransactionSql {
  <Result extends readonly object[] = postgres.Row[]>(
    template: TemplateStringsArray,
    ...values: readonly SqlValue[]
  ): Statement<Result>;
  /** An escaped identifier. */
  (identifier: string): postgres.Helper<never, never>;
  /** Rows for `insert into t ${sql(rows, "a", "b")}`, one row for `set ${sql(row, "a")}`, or a list for `in ${sql(list)}`. */
  (values: object, ...columns: readonly string[]): postgres.Helper<never, never>;
  json(value: unknown): postgres.Parameter;
  /** SQL text that is not a literal of the code: migrations, `create database`. Never with a user's words in it. */
  unsafe<Result extends readonly object[] = postgres.Row[]>(
    text: string,
    parameters?: readonly SqlValue[],
  ): Statement<Result>;
}

/** A pool of connections: each statement runs on any of them, `begin` keeps one. */
export interface Sql extends TransactionSql {
  /**
   * Runs `work` in one transaction: commits when it resolves, rolls back when it rejects. A connection lost on the
   * way rejects; statements after that are refused and never reach another connection.
   */
  begin<Value>(work: (sql: TransactionSql) => Promise<Value>): Promise<Value>;
  /** Refuses new work, waits for running work at most `timeoutMs` (5000), then closes every connection. */
  end(options?: { timeoutMs?: number }): Promise<void>;
}
