import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connect, type Sql, type TransactionSql } from "../../store/postgres/connect.ts";
import { isOutage, withRetry } from "../../store/postgres/retry.ts";
import { createTestDatabase, TEST_CONNECTION, type TestDatabase } from "../support/postgres.ts";
import { waitFor } from "../support/wait-for.ts";

let database: TestDatabase;
let sql: Sql;
let other: Sql;

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
  sql = connect(database.url, TEST_CONNECTION);
  other = connect(database.url, TEST_CONNECTION);
  await sql`create table t (x int primary key, data jsonb, at timestamptz default now())`;
});

afterEach(async () => {
  await Promise.all([sql.end(), other.end()]);
  await database.drop();
});

async function pidOf(session: TransactionSql): Promise<number> {
  const [row] = await session<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return row!.pid;
}

/** Resolves when the backend has gone and this process had the time to hear of it. */
async function terminate(pid: number): Promise<void> {
  await other`select pg_terminate_backend(${pid})`;
  const gone = async () => (await other`select 1 from pg_stat_activity where pid = ${pid}`).length === 0;
  await waitFor(gone, { what: "the backend's end" });
  await new Promise((resolve) => setTimeout(resolve, 20));
}

async function storedNumbers(): Promise<number[]> {
  return (await other<{ x: number }[]>`select x from t order by x`).map(({ x }) => x);
}

describe("values", () => {
  test("bigint and numeric arrive as numbers, timestamptz as Date, non-finite doubles as they are", async () => {
    const [row] = await sql`
      select 9007199254740991::bigint as big, count(*) as n, 1.5::numeric as num, 'NaN'::float8 as nan,
             '-Infinity'::float8 as inf, '2026-01-02T03:04:05.678Z'::timestamptz as at, '{1,2}'::bigint[] as many`;
    expect(row).toEqual({
      big: 9007199254740991,
      n: 1,
      num: 1.5,
      nan: Number.NaN,
      inf: -Infinity,
      at: new Date("2026-01-02T03:04:05.678Z"),
      many: [1, 2],
    });
  });

  test("a bigint that no number can hold is an error, not another number", async () => {
    await expect(sql`select 9007199254740993::bigint as big`).rejects.toThrow("does not fit");
    expect(await sql`select 1 as x`).toHaveLength(1);
  });

  test("jsonb goes in and out as plain values", async () => {
    const values = [{ a: [1, "x", null] }, [1, 2], "text", 3, true];
    for (const [x, data] of values.entries())
      await sql`insert into t (x, data) values (${x}, ${sql.json(data)})`;
    await sql`insert into t (x, data) values (9, ${{ inferred: true } as never})`;
    const rows = await sql`select data from t order by x`;
    expect(rows.map(({ data }) => data)).toEqual([...values, { inferred: true }]);
  });

  test("statements nest as fragments, lists and identifiers have helpers, and rows are counted", async () => {
    await sql`insert into t ${sql([{ x: 1 }, { x: 2 }, { x: 3 }], "x")}`;
    const some = sql`x in ${sql([2, 3])}`;
    const changed = await sql`update ${sql("t")} set x = x + 10 where ${some} and ${sql`x < ${3}`}`;
    expect(changed.count).toBe(1);
    expect(await storedNumbers()).toEqual([1, 3, 12]);
    const [sum] = await sql<
      { total: number }[]
    >`select sum(v) as total from unnest(${[1, 2, 3]}::int[]) as v`;
    expect(sum).toEqual({ total: 6 });
  });

  test("a statement is sent when it is awaited, and only once", async () => {
    const insert = sql`insert into t (x) values (1)`;
    expect(await storedNumbers()).toEqual([]);
    await Promise.all([insert, insert]);
    expect(await storedNumbers()).toEqual([1]);
  });

  test("a hostile value stays a value", async () => {
    const text = "'; drop table t; --";
    const [row] = await sql`select ${text}::text as text`;
    expect(row).toEqual({ text });
    expect(await storedNumbers()).toEqual([]);
  });
});

describe("transactions", () => {
  test("a transaction commits what it did when its work resolves", async () => {
    const result = await sql.begin(async (tx) => {
      await tx`insert into t (x) values (1)`;
      expect(await storedNumbers()).toEqual([]);
      return "done";
    });
    expect(result).toBe("done");
    expect(await storedNumbers()).toEqual([1]);
  });

  test("a transaction whose work rejects leaves nothing, and its connection is used again", async () => {
    const single = connect(database.url, { ...TEST_CONNECTION, max: 1 });
    const pid = await pidOf(single);
    const work = async (tx: TransactionSql) => {
      await tx`insert into t (x) values (1)`;
      throw new Error("no");
    };
    await expect(single.begin(work)).rejects.toThrow("no");
    expect(await storedNumbers()).toEqual([]);
    expect(await pidOf(single)).toBe(pid);
    await single.end();
  });

  test("a failed statement that was swallowed still fails the transaction", async () => {
    const work = async (tx: TransactionSql) => {
      await tx`insert into t (x) values (1)`;
      await tx`select 1 / 0`.catch(() => undefined);
    };
    await expect(sql.begin(work)).rejects.toThrow("rolled back");
    expect(await storedNumbers()).toEqual([]);
  });

  test("a statement of a transaction that is over is refused", async () => {
    let kept: TransactionSql | undefined;
    await sql.begin(async (tx) => {
      kept = tx;
    });
    await expect(kept!`insert into t (x) values (1)`).rejects.toThrow("over");
    expect(await storedNumbers()).toEqual([]);
  });

  test("more transactions than connections wait for their turn", async () => {
    const small = connect(database.url, { ...TEST_CONNECTION, max: 2 });
    const insert = (x: number) => small.begin(async (tx) => void (await tx`insert into t (x) values (${x})`));
    await Promise.all(Array.from({ length: 20 }, (_, x) => insert(x)));
    expect(await storedNumbers()).toHaveLength(20);
    await small.end();
  });
});

describe("lost connections", () => {
  test("a backend that is terminated while idle goes unnoticed", async () => {
    const single = connect(database.url, { ...TEST_CONNECTION, max: 1 });
    const pid = await pidOf(single);
    await terminate(pid);
    expect(await pidOf(single)).not.toBe(pid);
    await single.end();
  });

  test("a statement whose backend is terminated rejects as an outage, and the next one works", async () => {
    const single = connect(database.url, { ...TEST_CONNECTION, max: 1 });
    const pid = await pidOf(single);
    const slow = single`select pg_sleep(20)`.then(
      () => undefined,
      (error: unknown) => error,
    );
    await waitFor(
      async () =>
        (await other`select 1 from pg_stat_activity where pid = ${pid} and state = 'active'`).length,
    );
    await terminate(pid);
    expect(isOutage(await slow)).toBe(true);
    expect(await pidOf(single)).not.toBe(pid);
    await single.end();
  });

  test("no statement of a transaction that lost its backend is ever executed on another one", async () => {
    const small = connect(database.url, { ...TEST_CONNECTION, max: 2 });
    const attempt = small.begin(async (tx) => {
      await tx`insert into t (x) values (1)`;
      await terminate(await pidOf(tx));
      // Other work takes every free connection meanwhile.
      await Promise.all([small`select 1`, small`select 2`, small`select 3`]);
      await tx`insert into t (x) values (2)`.catch(() => undefined);
      await tx`insert into t (x) values (3)`;
    });
    await expect(attempt).rejects.toSatisfy(isOutage);
    expect(await storedNumbers()).toEqual([]);
    expect(await small`select 1`).toHaveLength(1);
    await small.end();
  });

  test("a statement sent at the very moment its backend is terminated rejects, and nothing hangs", async () => {
    const small = connect(database.url, { ...TEST_CONNECTION, max: 2 });
    for (let round = 0; round < 20; round++) {
      const attempt = small.begin(async (tx) => {
        const pid = await pidOf(tx);
        await tx`insert into t (x) values (1)`;
        await other`select pg_terminate_backend(${pid})`;
        await tx`insert into t (x) values (2)`;
      });
      await expect(attempt).rejects.toSatisfy(isOutage);
    }
    expect(await storedNumbers()).toEqual([]);
    await small.end();
  });

  test("transactions under a storm of terminations are whole or absent, and all succeed by retrying", async () => {
    await sql`create table pairs (id int, half int)`;
    const small = connect(database.url, { ...TEST_CONNECTION, applicationName: "victim", max: 3 });
    let over = false;
    const storm = (async () => {
      while (!over) {
        await other`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'victim'`;
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
    })();
    const write = (id: number) =>
      small.begin(async (tx) => {
        await tx`delete from pairs where id = ${id}`;
        await tx`insert into pairs values (${id}, 1)`;
        await tx`insert into pairs values (${id}, 2)`;
      });
    const until = async (id: number): Promise<void> => {
      while (
        !(await withRetry(
          () => write(id),
          () => 0.5,
        ).then(
          () => true,
          () => false,
        ))
      );
    };
    await Promise.all(Array.from({ length: 30 }, (_, id) => until(id)));
    over = true;
    await storm;
    const halves = await other`select id, array_agg(half order by half) as halves from pairs group by id`;
    expect(halves).toHaveLength(30);
    expect(halves.every((row) => String(row.halves) === "1,2")).toBe(true);
    await small.end();
  });

  test("a server that is not there is an outage at once, for every waiter", async () => {
    const nowhere = connect("postgres://fettle@127.0.0.1:1/none", { ...TEST_CONNECTION, max: 1 });
    const attempts = Array.from({ length: 5 }, () => nowhere`select 1`);
    const results = await Promise.allSettled(attempts);
    expect(results.every((result) => result.status === "rejected" && isOutage(result.reason))).toBe(true);
    await nowhere.end();
  });

  test("a closed pool refuses work, also to those who wait", async () => {
    const single = connect(database.url, { ...TEST_CONNECTION, max: 1 });
    const running = single`select pg_sleep(0.2)`;
    running.catch(() => undefined);
    await waitFor(
      async () =>
        (
          await other`select 1 from pg_stat_activity where query like '%pg_sleep(0.2)%' and pid <> pg_backend_pid()`
        ).length,
    );
    const waiting = single`select 1`.then(
      () => "served",
      () => "refused",
    );
    const ending = single.end();
    expect(await waiting).toBe("refused");
    expect(await running).toHaveLength(1);
    await ending;
    await expect(single`select 1`).rejects.toMatchObject({ code: "CONNECTION_ENDED" });
  });
});

describe("limits", () => {
  test("statement, lock and idle-in-transaction limits are the server's", async () => {
    const limited = connect(database.url, {
      ...TEST_CONNECTION,
      statementTimeoutMs: 150,
      lockTimeoutMs: 50,
      idleInTransactionTimeoutMs: 100,
    });
    await expect(limited`select pg_sleep(5)`).rejects.toMatchObject({ code: "57014" });
    await sql.begin(async (tx) => {
      await tx`lock table t`;
      await expect(limited`insert into t (x) values (1)`).rejects.toMatchObject({ code: "55P03" });
    });
    const idle = limited.begin(async (tx) => {
      const pid = await pidOf(tx);
      await waitFor(
        async () => (await other`select 1 from pg_stat_activity where pid = ${pid}`).length === 0,
      );
      await tx`select 1`;
    });
    await expect(idle).rejects.toSatisfy(isOutage);
    await limited.end();
  });
});

describe("withRetry", () => {
  const failing = (code: string) => Object.assign(new Error(code), { code });

  test.each(["40P01", "40001", "55P03", "57P01", "08006", "CONNECTION_CLOSED", "ECONNREFUSED"])(
    "work that fails with %s is done again",
    async (code) => {
      let calls = 0;
      const work = async () => {
        calls += 1;
        if (calls < 3) throw failing(code);
        return calls;
      };
      expect(await withRetry(work, () => 0)).toBe(3);
    },
  );

  test("work that fails for its own reason is not done again", async () => {
    let calls = 0;
    const work = async () => {
      calls += 1;
      throw failing("23505");
    };
    await expect(withRetry(work, () => 0)).rejects.toMatchObject({ code: "23505" });
    expect(calls).toBe(1);
  });

  test("an outage that lasts becomes store-unavailable after five retries, contention stays what it is", async () => {
    let calls = 0;
    const fail = (code: string) => async () => {
      calls += 1;
      throw failing(code);
    };
    await expect(withRetry(fail("57P03"), () => 0)).rejects.toMatchObject({ code: "store-unavailable" });
    expect(calls).toBe(6);
    await expect(withRetry(fail("40001"), () => 0)).rejects.toMatchObject({ code: "40001" });
  });

  test("two transactions that deadlock both succeed", async () => {
    await sql`insert into t (x, data) values (1, '0'), (2, '0')`;
    const add = (first: number, second: number) =>
      withRetry(
        () =>
          sql.begin(async (tx) => {
            await tx`update t set data = to_jsonb(data::int + 1) where x = ${first}`;
            await tx`select pg_sleep(0.1)`;
            await tx`update t set data = to_jsonb(data::int + 1) where x = ${second}`;
          }),
        () => 0.5,
      );
    await Promise.all([add(1, 2), add(2, 1)]);
    const rows = await sql`select data from t order by x`;
    expect(rows.map(({ data }) => data)).toEqual([2, 2]);
  });
});
