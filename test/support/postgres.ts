import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { type ConnectOptions, connect, type Sql } from "../../store/postgres/connect.ts";

export const TEMPLATE_DATABASE = "fettle_template";

/** Few connections, and limits that a test never meets unless something hangs. */
export const TEST_CONNECTION: ConnectOptions = {
  max: 4,
  applicationName: "fettle-test",
  statementTimeoutMs: 20_000,
  lockTimeoutMs: 10_000,
  idleInTransactionTimeoutMs: 20_000,
};

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/**
 * A database of its own with the present schema, copied from the template in about 50 ms.
 * `empty`: without the schema.
 */
export async function createTestDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const reason = inject("postgresTemplateError");
  if (reason !== "" && options.empty !== true) throw new Error(`The migrations failed: ${reason}`);
  const name = `test_${randomBytes(6).toString("hex")}`;
  const template = options.empty === true ? "template1" : TEMPLATE_DATABASE;
  await asAdmin((sql) => sql.unsafe(`create database ${name} template ${template} strategy file_copy`));
  const url = new URL(inject("postgresAdminUrl"));
  url.pathname = name;
  return {
    url: url.href,
    drop: async () => {
      await asAdmin((sql) => sql.unsafe(`drop database if exists ${name} with (force)`));
    },
  };
}

async function asAdmin(work: (sql: Sql) => PromiseLike<unknown>): Promise<void> {
  const sql = connect(inject("postgresAdminUrl"), { ...TEST_CONNECTION, max: 1 });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}
