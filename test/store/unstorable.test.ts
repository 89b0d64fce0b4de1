import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, type Sql } from "../../store/postgres/connect.ts";
import { createTestDatabase, TEST_CONNECTION, type TestDatabase } from "../support/postgres.ts";

let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = connect(database.url, TEST_CONNECTION);
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

const values: [string, () => Promise<unknown>][] = [
  ["U+0000 in text", async () => sql`select ${"a\u0000"}::text`],
  ["U+0000 in JSON", async () => sql`select ${sql.json({ a: "\u0000" })}::jsonb`],
  ["half of a surrogate pair in JSON", async () => sql`select ${sql.json({ a: "\ud800" })}::jsonb`],
  ["an id that is none", async () => sql`select ${"x"}::text::uuid`],
  ["a number that is too large", async () => sql`select ${2 ** 40}::bigint::integer`],
  ["a time that is none", async () => sql`select ${"soon"}::text::timestamptz`],
];
test.each(values)("%s is the caller's mistake, with a way out", async (_name, query) => {
  await expect(query()).rejects.toMatchObject({ code: "invalid-input", hint: expect.any(String) });
});

test("a value that is refused in a transaction undoes it, and the connection is used again", async () => {
  const work = sql.begin(async (tx) => {
    await tx`create table undone (x text)`;
    await tx`insert into undone (x) values (${"\u0000"})`;
  });
  await expect(work).rejects.toMatchObject({ code: "invalid-input" });
  await expect(sql`select to_regclass('undone') as found`).resolves.toEqual([{ found: null }]);
});

test("a mistake in a statement stays the server's own", async () => {
  await expect(sql`select 1 / 0`).rejects.toMatchObject({ code: "22012" });
});
