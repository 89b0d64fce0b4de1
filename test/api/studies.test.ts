import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { studyResourceSchema } from "../../core/resources.ts";
import { studySpecSchema } from "../../core/study.ts";
import { startService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService({ scheduler: false });
});
afterAll(() => service.close());

const STUDIES = "/v1/projects/default/studies";

function study(name: string, overrides: object = {}) {
  return {
    name,
    parameters: [{ name: "x", type: "float", low: -1, high: 1 }],
    objectives: [{ metric: "loss", goal: "minimize" }],
    budget: { maxTrials: 10 },
    parallelism: 2,
    seed: 1,
    ...overrides,
  };
}

const create = (name: string, overrides: object = {}, options = {}) =>
  service.call("POST", STUDIES, study(name, overrides), options);

describe("filtering", () => {
  test("finds what matches, and says where a filter cannot be read", async () => {
    await create("filtered", { tags: ["wanted"] });
    const found = await service.call(
      "GET",
      `${STUDIES}?filter=${encodeURIComponent("tags:wanted AND state = running")}`,
    );
    expect(found.body.items.map((item: { name: string }) => item.name)).toEqual(["filtered"]);
    const refused = await service.call(
      "GET",
      `${STUDIES}/filtered/trials?filter=${encodeURIComponent("param.lr < 1")}`,
    );
    expect(refused.status).toBe(400);
    expect(refused.body.errors).toMatchObject([{ pointer: "?filter", code: "invalid-filter" }]);
  });
});

describe("creating a study", () => {
  test("fills in every default and draws a seed that is then fixed", async () => {
    const { seed: _, ...unseeded } = study("defaults");
    const { body } = await service.call("POST", STUDIES, unseeded);
    const { warnings: _warnings, ...resource } = body;
    expect(studyResourceSchema.parse(resource)).toEqual(resource);
    expect(body.spec).toMatchObject({
      algorithm: { name: "auto", config: {} },
      retry: { maxLostAttempts: 3 },
    });
    expect(Number.isSafeInteger(body.spec.seed)).toBe(true);
    expect((await service.call("GET", `${STUDIES}/defaults`)).body.spec.seed).toBe(body.spec.seed);
  });

  test.each([
    [
      "a log scale that touches zero",
      { parameters: [{ name: "x", type: "float", low: 0, high: 1, scale: "log" }] },
    ],
    [
      "parameters that wait for each other",
      {
        parameters: [
          { name: "a", type: "categorical", choices: [1, 2], when: { parameter: "b", in: [1] } },
          { name: "b", type: "categorical", choices: [1, 2], when: { parameter: "a", in: [1] } },
        ],
      },
    ],
    ["an unknown parameter in the command", { command: ["train", "{{y}}"] }],
    ["a grid over a float without steps", { algorithm: { name: "grid" } }],
    [
      "more parallel trials than the grid has points",
      {
        algorithm: { name: "grid" },
        parameters: [{ name: "x", type: "int", low: 0, high: 1 }],
        parallelism: 3,
      },
    ],
    ["an algorithm that does not exist", { algorithm: { name: "randon" } }],
    ["an unknown setting of the algorithm", { algorithm: { name: "random", config: { sigma: 1 } } }],
    [
      "an unknown setting of the early stopper",
      { earlyStopping: { name: "median", config: { minTrails: 1 } } },
    ],
    ["one metric as two objectives", { objectives: [1, 2].map(() => ({ metric: "m", goal: "minimize" })) }],
    ["more parallel trials than trials", { parallelism: 11 }],
  ])("is refused with %s, saying where and what to do", async (_what, overrides) => {
    const answer = await create("never", overrides);
    expect(answer).toMatchObject({ status: 422, body: { code: "invalid-study" } });
    for (const error of answer.body.errors) {
      expect(error).toMatchObject({
        pointer: expect.stringMatching(/^\//),
        code: expect.stringMatching(/^[a-z-]+$/),
      });
      expect(error.hint, error.message).toBeDefined();
    }
  });

  test("names every reason, not only the first", async () => {
    const answer = await create("never", {
      parameters: [{ name: "x", type: "float", low: 2, high: 1 }],
      parallelism: 11,
      earlyStopping: { name: "medain" },
    });
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(
      expect.arrayContaining(["/parallelism", "/earlyStopping/name"]),
    );
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ hint: 'Did you mean "median"?' }));
  });

  test("names a mistyped algorithm beside a space that is wrong itself", async () => {
    const broken = [{ name: "lr", type: "float", low: 0, high: 1, scale: "log" }];
    const answer = await create("mistyped", { parameters: broken, algorithm: { name: "grdi" } });
    const pointers = answer.body.errors.map((error: { pointer: string }) => error.pointer);
    expect(pointers).toEqual(["/parameters/0/low", "/algorithm/name"]);
  });

  test("warns at once when no agent could run its trials, and when nothing ends it", async () => {
    const { body } = await create("lonely", {
      command: ["train", "{{x}}"],
      budget: {},
      resources: { gpus: 4 },
    });
    expect(body.warnings.map(({ code }: { code: string }) => code)).toEqual(["no-end", "no-agent-fits"]);
  });

  test("refuses a name that is taken", async () => {
    await create("taken");
    expect(await create("taken")).toMatchObject({ status: 409, body: { code: "already-exists" } });
  });

  test("can be tried without creating anything", async () => {
    const url = "/v1/projects/default/validate";
    const fine = await service.call("POST", url, study("tried"));
    expect(fine.body).toEqual({ valid: true, errors: [], warnings: [], agentFits: null });
    const wrong = await service.call("POST", url, study("tried", { parallelism: 99 }));
    expect(wrong.body).toMatchObject({ valid: false, errors: [{ pointer: "/parallelism" }] });
    expect((await service.call("GET", `${STUDIES}/tried`)).status).toBe(404);
  });
});

describe("an Idempotency-Key", () => {
  const key = (value: string) => ({ headers: { "idempotency-key": value } });

  test("makes a repeated creation give the first one's answer", async () => {
    const first = await create("once", {}, key("k1"));
    const again = await create("once", {}, key("k1"));
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers).toMatchObject({
      "idempotency-replayed": "true",
      location: first.headers.location,
      etag: first.headers.etag,
    });
  });

  test("with another request is refused", async () => {
    await create("keyed", {}, key("k2"));
    const other = await create("other", {}, key("k2"));
    expect(other).toMatchObject({ status: 422, body: { code: "idempotency-mismatch" } });
  });

  test("is free again after a request that was refused", async () => {
    expect((await create("fixed", { parallelism: 99 }, key("k3"))).status).toBe(422);
    expect((await create("fixed", { parallelism: 99 }, key("k3"))).status).toBe(422);
  });

  test("lets one of two simultaneous requests do it", async () => {
    await create("raced");
    const enqueue = () => service.call("POST", `${STUDIES}/raced/trials`, { params: { x: 0.5 } }, key("k4"));
    const answers = await Promise.all(Array.from({ length: 8 }, enqueue));
    expect(answers.filter(({ status }) => status !== 201).every(({ body }) => body.code === "conflict")).toBe(
      true,
    );
    const done = await enqueue();
    expect(done).toMatchObject({ status: 201, body: { number: 0 } });
    expect((await service.call("GET", `${STUDIES}/raced`)).body.created).toBe(1);
  });

  test("must be printable and short", async () => {
    expect((await create("k5", {}, key("x".repeat(256)))).status).toBe(400);
    expect((await create("k5", {}, key("a b"))).status).toBe(400);
  });
});

describe("changing limits", () => {
  const patch = (name: string, body: object, { query = "", etag }: { query?: string; etag?: string } = {}) =>
    service.call("PATCH", `${STUDIES}/${name}${query}`, body, {
      headers: {
        "content-type": "application/merge-patch+json",
        ...(etag === undefined ? {} : { "if-match": etag }),
      },
    });

  test("applies to the version that was read, and only to that", async () => {
    const { headers } = await create("versioned");
    const changed = await patch("versioned", { parallelism: 4 }, { etag: headers.etag! });
    expect(changed).toMatchObject({ status: 200, body: { spec: { parallelism: 4 } } });
    expect(changed.headers.etag).not.toBe(headers.etag);
    expect(await patch("versioned", { parallelism: 5 }, { etag: headers.etag! })).toMatchObject({
      status: 412,
      body: { code: "precondition-failed" },
    });
    expect((await patch("versioned", { parallelism: 5 }, { etag: "soon" })).status).toBe(400);
    const { body } = await service.call("GET", `${STUDIES}/versioned`);
    expect(body.spec.parallelism).toBe(4);
  });

  test("removes a limit by null", async () => {
    await create("freed", { budget: { maxTrials: 10, maxGpuHours: 2 } });
    const { body } = await patch("freed", { budget: { maxTrials: null } });
    expect(body.spec.budget).toEqual({ maxGpuHours: 2 });
  });

  test("can be tried: the reply lists what would change, and nothing does", async () => {
    await create("dry", { tags: ["a"] });
    const answer = await patch(
      "dry",
      { parallelism: 3, budget: { maxTrials: null }, tags: ["a"] },
      { query: "?dryRun=true" },
    );
    expect(answer.body).toEqual({
      dryRun: true,
      changes: [
        { pointer: "/parallelism", from: 2, to: 3 },
        { pointer: "/budget/maxTrials", from: 10, to: null },
      ],
    });
    expect((await service.call("GET", `${STUDIES}/dry`)).body.version).toBe(1);
  });

  test("is allowed in a study that today's rules would refuse for something else", async () => {
    const parameters = ["lr", "LR"].map((name) => ({ name, type: "float", low: 0, high: 1 }));
    const old = studySpecSchema.parse(study("old-rules", { parameters, command: ["train", "{{args}}"] }));
    await service.store.createStudy("default", { ...old, seed: 1 }, "user:test");
    expect(await create("new-rules", { parameters, command: ["train"] })).toMatchObject({ status: 422 });
    expect(await patch("old-rules", { parallelism: 3 })).toMatchObject({ status: 200 });
    expect(await patch("old-rules", { parallelism: 11 })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/parallelism" }] },
    });
  });

  test("is refused where the study could not be created like that", async () => {
    await create("bounded");
    expect(await patch("bounded", { parallelism: 11 })).toMatchObject({
      status: 422,
      body: { code: "invalid-study" },
    });
    expect(await patch("bounded", { paralelism: 3 })).toMatchObject({ status: 400 });
    expect(await patch("bounded", { command: ["rm"] })).toMatchObject({ status: 400 });
  });
});

describe("a study's life", () => {
  test("pausing, resuming and stopping twice changes nothing", async () => {
    await create("life");
    for (const [verb, state] of [
      ["pause", "paused"],
      ["resume", "running"],
    ]) {
      const first = await service.call("POST", `${STUDIES}/life/${verb}`);
      expect(first.body.state).toBe(state);
      const again = await service.call("POST", `${STUDIES}/life/${verb}`);
      expect(again.body).toMatchObject({ state, version: first.body.version });
    }
    expect((await service.call("POST", `${STUDIES}/life/stop`)).status).toBe(200);
    expect((await service.call("POST", `${STUDIES}/life/pause`)).body.code).toBe("conflict");
  });

  test("a deleted one is gone at once and its name is free", async () => {
    const { body } = await create("brief");
    await service.call("POST", `${STUDIES}/brief/trials`, { params: { x: 0 } });
    expect((await service.call("GET", `${STUDIES}/brief/trials/0`)).status).toBe(200);
    expect(await service.call("DELETE", `${STUDIES}/brief`)).toMatchObject({ status: 204, text: "" });
    expect((await service.call("GET", `${STUDIES}/brief/trials/0`)).status).toBe(404);
    const again = await create("brief");
    expect(again.body.id).not.toBe(body.id);
    expect((await service.call("GET", `${STUDIES}/brief/trials`)).body.items).toEqual([]);
  });

  test("its events are read page by page, each with its reason", async () => {
    await create("logged");
    await service.call("POST", `${STUDIES}/logged/pause`);
    const page = await service.call("GET", `${STUDIES}/logged/events?limit=1`);
    expect(page.status).toBe(200);
    expect((await service.call("GET", `${STUDIES}/logged/events?cursor=abc`)).status).toBe(400);
  });

  test("lists are read page by page without gap or repetition", async () => {
    const names = Array.from({ length: 7 }, (_, index) => `page-${index}`);
    for (const name of names) {
      await service.call("POST", "/v1/projects/paged/studies", study(name));
    }
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await service.call("GET", `/v1/projects/paged/studies?limit=3${query}`);
      seen.push(...body.items.map(({ name }: { name: string }) => name));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual(names.reverse());
    expect((await service.call("GET", "/v1/projects/paged/studies?cursor=rubbish")).status).toBe(400);
  });
});

describe("a point by hand", () => {
  test("is checked by the search space, each value by its pointer", async () => {
    await create("space");
    const answer = await service.call("POST", `${STUDIES}/space/trials`, { params: { x: 5, y: 1 } });
    expect(answer).toMatchObject({ status: 422, body: { code: "invalid-params" } });
    const pointers = answer.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers.sort()).toEqual(["/params/x", "/params/y"]);
  });

  test.each([null, false, "0.5", [], {}])("takes no %j for a number", async (x) => {
    await create(`typed-${typeof x}-${Array.isArray(x)}-${x === null}`);
    const name = `typed-${typeof x}-${Array.isArray(x)}-${x === null}`;
    expect((await service.call("POST", `${STUDIES}/${name}/trials`, { params: { x } })).status).toBe(422);
  });

  test("keeps every digit of what was sent", async () => {
    await create("digits-kept");
    const x = 0.1 + 0.2;
    const { body } = await service.call("POST", `${STUDIES}/digits-kept/trials`, { params: { x } });
    expect(body).toMatchObject({ number: 0, origin: "user", state: "queued", params: { x } });
  });
});

test("a project's studies are no other project's", async () => {
  await create("private");
  expect((await service.call("GET", "/v1/projects/other/studies/private")).status).toBe(404);
  expect((await service.call("GET", "/v1/projects/UPPER/studies")).status).toBe(400);
});
