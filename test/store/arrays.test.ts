import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Json } from "../../core/json.ts";
import { connect, type Sql } from "../../store/postgres/connect.ts";
import { createTestDatabase, TEST_CONNECTION, type TestDatabase } from "../support/postgres.ts";

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  sql = connect(database.url, TEST_CONNECTION);
});

afterAll(async () => {
  await sql.end();
  await database.drop();
});

// PostgreSQL's texts hold neither NUL nor half of a surrogate pair.
const text = fc
  .string({ unit: "grapheme" })
  .filter((value) => !/\p{Surrogate}/u.test(value) && !value.includes("\0"));
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.array(fc.option(value), { maxLength: 6 });
const cases: Record<string, fc.Arbitrary<unknown[]>> = {
  "text[]": orNull(fc.oneof(text, fc.constantFrom("NULL", "{}", '"', "\\", ",", " ", "", 'a"b\\'))),
  "float8[]": orNull(fc.oneof(fc.double(), fc.constantFrom(-0, 0))),
  "int4[]": orNull(fc.integer()),
  "bigint[]": orNull(fc.maxSafeInteger()),
  "boolean[]": orNull(fc.boolean()),
  "uuid[]": orNull(fc.uuid()),
  "timestamptz[]": orNull(
    fc.date({ min: new Date("1000-01-01"), max: new Date("9000-01-01"), noInvalidDate: true }),
  ),
};

test.each(Object.entries(cases))(
  "any list survives the way to the server and back as %s",
  async (type, list) => {
    await fc.assert(
      fc.asyncProperty(list, async (values) => {
        const [row] = await sql`select ${values as never}::${sql.unsafe(type)} as list`;
        // PostgreSQL keeps the sign of zero, Object.is tells them apart.
        expect(row!.list).toEqual(values);
      }),
      { numRuns: 50 },
    );
  },
);

test("a list of JSON values arrives as jsonb elements, not as nested arrays", async () => {
  const values: Json[] = [{ a: 'x"y' }, [1, [2]], "text", 3, true];
  const [row] = await sql`select ${values as never}::jsonb[] as list`;
  expect(row!.list).toEqual(values);
});

test("nested lists are arrays of two dimensions", async () => {
  const values = [
    [1, 2],
    [3, 4],
  ];
  const [row] = await sql`select ${values}::int[] as list, array[['a','b']] as texts`;
  expect(row).toEqual({ list: values, texts: [["a", "b"]] });
});
