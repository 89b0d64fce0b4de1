import { afterAll, beforeAll, expect, test } from "vitest";
import { FettleError } from "../../core/errors.ts";
import type { Store } from "../../core/store.ts";
import { connect } from "../../store/postgres/connect.ts";
import { startApi, type TestApi } from "../support/api.ts";
import { TEST_CONNECTION } from "../support/postgres.ts";
import { startService, type TestService } from "../support/service.ts";

const STUDIES = "/v1/projects/default/studies";

let service: TestService;
beforeAll(async () => {
  service = await startService({ scheduler: false });
});
afterAll(() => service.close());

/** Failures after the trial was added. */
const halfway: [what: string, status: number, broken: (store: Store) => Partial<Store>][] = [
  [
    "whose commit was not confirmed",
    503,
    (store) => ({
      async enqueueTrial(...added) {
        await store.enqueueTrial(...added);
        throw new FettleError("store-unavailable", "PostgreSQL does not answer.");
      },
    }),
  ],
  [
    "that ended between its work and its answer",
    500,
    () => ({
      async saveResponse() {
        throw new Error("The process was killed.");
      },
    }),
  ],
];

test.each(halfway)(
  "a request %s is not carried out again, and its repetition says so",
  async (_, status, broken) => {
    const name = `halfway-${status}`;
    await createStudy(name);
    const failing = await startApi({ store: { ...service.store, ...broken(service.store) } });
    expect((await enqueue(failing, name)).status).toBe(status);
    await failing.close();

    const early = await enqueue(service, name);
    expect(early).toMatchObject({ status: 409, body: { code: "conflict" } });
    await letAMinutePass();
    const late = await enqueue(service, name);
    expect(late).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(late.body.detail).toMatch(/not known/);
    expect(late.body.hint).toMatch(/new key/);
    expect((await service.call("GET", `${STUDIES}/${name}`)).body.created).toBe(1);
  },
);

test("a request that was refused can be repeated with its key once it is possible", async () => {
  expect((await enqueue(service, "later")).status).toBe(404);
  await createStudy("later");
  expect((await enqueue(service, "later")).status).toBe(201);
});

function createStudy(name: string) {
  return service.call("POST", STUDIES, {
    name,
    parameters: [{ name: "x", type: "float", low: -1, high: 1 }],
    objectives: [{ metric: "loss", goal: "minimize" }],
    budget: { maxTrials: 10 },
    seed: 1,
  });
}

/** With the study's name as its key. */
function enqueue(api: TestApi, study: string) {
  const headers = { "idempotency-key": study };
  return api.call("POST", `${STUDIES}/${study}/trials`, { params: { x: 0.5 } }, { headers });
}

/** For the keys. */
async function letAMinutePass(): Promise<void> {
  const sql = connect(service.databaseUrl, TEST_CONNECTION);
  await sql`update idempotency set created_at = created_at - interval '61 seconds'`;
  await sql.end();
}
