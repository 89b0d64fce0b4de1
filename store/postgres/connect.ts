import postgres from "postgres";
import { arrayTypes, safeInteger } from "./arrays.ts";
import { type Connection, connectionClosed, openConnection } from "./connection.ts";
import { createPool } from "./pool.ts";
import type { Sql, TransactionSql } from "./sql.ts";
import { type Send, templateStatement, textStatement } from "./statement.ts";

export type { Sql, Statement, TransactionSql } from "./sql.ts";

export interface ConnectOptions {
  /** Most connections at a time; opened when needed. */
  max: number;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** Limits that the server enforces on each session; 0 is none. */
  statementTimeoutMs: number;
  lockTimeoutMs: number;
  idleInTransactionTimeoutMs: number;
  /** From opening a connection to the server's first answer. Default 5000. */
  connectTimeoutMs?: number;
}

/** PostgreSQL type ids: int8, numeric. */
const INT8 = 20;
const NUMERIC = 1700;

/**
 * A pool of connections to `url`. Nothing is opened before the first statement. A lost connection rejects what ran on
 * it and is replaced; the next statement works as soon as the server does.
 */
export function connect(url: string, options: ConnectOptions): Sql {
  const driverOptions = driverOptionsOf(options);
  const pool = createPool(options.max, (onLost) => openConnection(url, driverOptions, onLost));
  const send: Send = (build) => pool.use((connection) => connection.send(build));
  const sql = tagged(send) as Sql;
  sql.begin = (work) => pool.use((connection) => transaction(connection, work));
  sql.end = ({ timeoutMs = 5000 } = {}) => pool.end(timeoutMs);
  return sql;
}

function driverOptionsOf(options: ConnectOptions): postgres.Options<Record<string, postgres.PostgresType>> {
  return {
    ...(options.connectTimeoutMs === undefined ? {} : { connect_timeout: options.connectTimeoutMs / 1000 }),
    connection: {
      application_name: options.applicationName,
      statement_timeout: options.statementTimeoutMs,
      lock_timeout: options.lockTimeoutMs,
      idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs,
    },
    types: {
      ...arrayTypes(),
      int8: { to: INT8, from: [INT8], serialize: String, parse: safeInteger },
      numeric: { to: NUMERIC, from: [NUMERIC], serialize: String, parse: Number },
    },
  };
}

/** A driver instance that never connects: it makes the helpers, which belong to no connection. */
const helpers = postgres({ max: 1 });

function tagged(send: Send): TransactionSql {
  const sql = (first: unknown, ...rest: never[]): unknown =>
    isTemplate(first) ? templateStatement(first, rest, send) : helpers(first as never, ...(rest as never[]));
  return Object.assign(sql, {
    json: (value: unknown) => helpers.json(value as never),
    unsafe: (text: string, parameters?: never[]) => textStatement(text, parameters, send),
  }) as TransactionSql;
}

function isTemplate(value: unknown): value is TemplateStringsArray {
  return Array.isArray(value) && "raw" in value;
}

async function transaction<Value>(
  connection: Connection,
  work: (sql: TransactionSql) => Promise<Value>,
): Promise<Value> {
  let over = false;
  const send: Send = (build) => {
    if (over) throw new Error("The transaction is over; a statement of it was not awaited.");
    return connection.send(build);
  };
  await connection.send((driver) => driver.unsafe("begin"));
  try {
    const value = await work(tagged(send));
    over = true;
    const end = await connection.send((driver) => driver.unsafe("commit"));
    // PostgreSQL answers ROLLBACK to the commit of a transaction in which a statement failed.
    if (end.command !== "COMMIT")
      throw new Error("The transaction was rolled back: a statement in it failed.");
    return value;
  } catch (cause) {
    over = true;
    if (connection.lost) throw isDriverError(cause) ? cause : Object.assign(connectionClosed(), { cause });
    await connection.send((driver) => driver.unsafe("rollback")).catch(() => connection.close(0));
    throw cause;
  }
}

function isDriverError(error: unknown): boolean {
  return error instanceof Error && "code" in error;
}
