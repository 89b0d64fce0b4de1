import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connect, type Sql } from "../../store/postgres/connect.ts";
import { migrate } from "../../store/postgres/migrate.ts";
import { createTestDatabase, TEST_CONNECTION, type TestDatabase } from "../support/postgres.ts";

let database: TestDatabase;
let sql: Sql;
let directory: string;

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
  sql = connect(database.url, TEST_CONNECTION);
  directory = await mkdtemp(join(tmpdir(), "fettle-migrations-"));
  await writeFile(join(directory, "0001-first.sql"), "create table a (x int); insert into a values (1);\n");
});

afterEach(async () => {
  await sql.end();
  await database.drop();
  await rm(directory, { recursive: true });
});

test("missing migrations are applied in order, once, and recorded", async () => {
  await writeFile(join(directory, "0002-second.sql"), "update a set x = x + 1;");
  expect(await migrate(sql, directory)).toEqual([1, 2]);
  expect(await migrate(sql, directory)).toEqual([]);
  expect([...(await sql`select x from a`)]).toEqual([{ x: 2 }]);
  const ledger = await sql`select version, name, applied_at from schema_migrations order by version`;
  expect(ledger.map(({ version, name }) => [version, name])).toEqual([
    [1, "first"],
    [2, "second"],
  ]);
});

test("several processes that migrate at once apply each migration once", async () => {
  await writeFile(join(directory, "0002-slow.sql"), "select pg_sleep(0.3); update a set x = x + 1;");
  // Each connection gives up on locks long before the slow migration ends, yet none fails.
  const impatient = { ...TEST_CONNECTION, lockTimeoutMs: 50, statementTimeoutMs: 100 };
  const others = Array.from({ length: 4 }, () => connect(database.url, impatient));
  try {
    const applied = await Promise.all(others.map((other) => migrate(other, directory)));
    expect(applied.flat().sort()).toEqual([1, 2]);
    expect([...(await sql`select x from a`)]).toEqual([{ x: 2 }]);
  } finally {
    await Promise.all(others.map((other) => other.end()));
  }
});

test("a migration that fails leaves the database as it was", async () => {
  await writeFile(join(directory, "0002-broken.sql"), "create table b (x int); select 1 / 0;");
  await expect(migrate(sql, directory)).rejects.toThrow("division by zero");
  expect([...(await sql`select to_regclass('a') as a, to_regclass('b') as b`)]).toEqual([
    { a: null, b: null },
  ]);
});

test("a migration that changed after it was applied is refused", async () => {
  await migrate(sql, directory);
  await writeFile(join(directory, "0001-first.sql"), "create table a (x bigint);");
  await expect(migrate(sql, directory)).rejects.toMatchObject({
    code: "invalid-config",
    message: "Migration 1 (first) has changed since it was applied to this database.",
  });
});

test("line ends of another platform are no change", async () => {
  await migrate(sql, directory);
  await writeFile(join(directory, "0001-first.sql"), "create table a (x int); insert into a values (1);\r\n");
  expect(await migrate(sql, directory)).toEqual([]);
});

test("a database of a newer Fettle is refused", async () => {
  await writeFile(join(directory, "0002-later.sql"), "select 1;");
  await migrate(sql, directory);
  await rm(join(directory, "0002-later.sql"));
  await expect(migrate(sql, directory)).rejects.toMatchObject({
    code: "invalid-config",
    hint: expect.stringContaining("newer Fettle"),
  });
});

test.each(["0003-gap.sql", "0001-twice.sql", "second.sql", "0002-Upper.sql"])(
  "a file named %s beside 0001-first.sql is refused",
  async (name) => {
    await writeFile(join(directory, name), "select 1;");
    await expect(migrate(sql, directory)).rejects.toThrow(/expected a name like/);
  },
);

describe("the real migrations", () => {
  test("apply to an empty database", async () => {
    expect(await migrate(sql)).toContain(1);
  });
});
