import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Io } from "../../cli/command.ts";
import { runCommandLine } from "../../cli/program.ts";
import { importanceSchema } from "../../core/resources.ts";
import { connect } from "../../store/postgres/connect.ts";
import { TEST_CONNECTION } from "../support/postgres.ts";
import { startService, type TestService } from "../support/service.ts";
import { waitFor } from "../support/wait-for.ts";

const STUDIES = "/v1/projects/default/studies";
const TRIALS = 30;

let service: TestService;
let url: string;

/** `rate` decides the loss, `noise` does nothing, `depth` exists for trees only; `size` is maximised with `depth`. */
beforeAll(async () => {
  service = await startService();
  url = await service.listen();
  await create("measured");
  for (let done = 0; done < TRIALS; ) {
    const { body } = await service.call("POST", `${STUDIES}/measured/suggest`, {
      workerId: "w",
      count: 5,
      waitSeconds: 10,
    });
    for (const { trial, params } of body.assignments) {
      const values = { loss: params.rate, size: (params.depth ?? 0) + 0.01 * params.noise };
      // The first trial ends without a result.
      const result = done === 0 ? { state: "failed" } : { values };
      await service.call("POST", `${STUDIES}/measured/trials/${trial}/complete`, result);
      done++;
    }
  }
  // The last results count once the scheduler has taken them into the log.
  await waitFor(async () => (await service.call("GET", `${STUDIES}/measured`)).body.state === "done");
  await create("fresh");
});
afterAll(() => service.close());

const create = (name: string) =>
  service.call("POST", STUDIES, {
    name,
    parameters: [
      { name: "fixed", type: "fixed", value: 1 },
      { name: "noise", type: "float", low: 0, high: 1 },
      { name: "rate", type: "float", low: 0, high: 1 },
      { name: "model", type: "categorical", choices: ["linear", "tree"] },
      { name: "depth", type: "int", low: 1, high: 9, when: { parameter: "model", in: ["tree"] } },
    ],
    objectives: [
      { metric: "loss", goal: "minimize" },
      { metric: "size", goal: "maximize" },
    ],
    algorithm: { name: "random" },
    budget: { maxTrials: TRIALS },
    parallelism: 5,
    seed: 4,
  });

/** Trials as a study has them that is not run any more: `rate` is the loss. */
async function addCompleted(study: string, count: number) {
  const sql = connect(service.databaseUrl, TEST_CONNECTION);
  const { body } = await service.call("GET", `${STUDIES}/${study}`);
  await sql`
    insert into trials (id, study_id, number, state, params, point, origin, seed, attempt, objective_values, losses, objective_state, ended_at,
                        proposed, reason_code, reason_text)
    select gen_random_uuid(), ${body.id}, 1000 + n, 'completed', jsonb_build_object('rate', rate, 'noise', noise, 'model', 'linear'),
           jsonb_build_array(noise, rate, 0, null), 'search', n, 1, jsonb_build_array(rate, noise), array[rate, -noise], 'ok', now(), '', '', ''
    from (select n + coalesce((select max(number) from trials where study_id = ${body.id}), 0) as n,
                 (n * 0.618) % 1 as rate, (n * 0.7548) % 1 as noise
          from generate_series(1, ${count}::int) n) drawn`;
  await sql`update studies set completed = completed + ${count} where id = ${body.id}`;
  await sql.end();
}

const importance = (query = "", study = "measured") =>
  service.call("GET", `${STUDIES}/${study}/importance${query}`);

describe("GET importance", () => {
  test.each(["ped-anova", "fanova"])("by %s puts the parameter that decides first", async (evaluator) => {
    const { status, body } = await importance(`?evaluator=${evaluator}`);
    expect(status).toBe(200);
    expect(importanceSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ evaluator, objective: "loss", trials: TRIALS - 1 });
    expect(body.parameters[0]).toMatchObject({ name: "rate", direction: "worse" });
    const names = body.parameters.map(({ name }: { name: string }) => name);
    expect(names.sort()).toEqual(["depth", "model", "noise", "rate"]);
  });

  test("takes an objective by its metric, and knows which way is better", async () => {
    const { body } = await importance("?objective=size&evaluator=fanova");
    expect(body.objective).toBe("size");
    expect(["depth", "model"]).toContain(body.parameters[0].name);
    const depth = body.parameters.find(({ name }: { name: string }) => name === "depth");
    expect(depth.direction).toBe("better");
  });

  test("is the same again for the same seed, and resamples otherwise for another", async () => {
    const [first, again, other] = await Promise.all(
      ["", "?seed=4", "?seed=5"].map((query) => importance(query)),
    );
    expect(again!.body).toEqual(first!.body);
    expect(other!.body).not.toEqual(first!.body);
  });

  test("of a study without results says that it is too early", async () => {
    for (const evaluator of ["ped-anova", "fanova"]) {
      const { body } = await importance(`?evaluator=${evaluator}`, "fresh");
      expect(body).toMatchObject({ trials: 0, verdict: "too-early" });
      expect(body.text).toContain("0 so far");
    }
  });

  test("counts all completed trials, and looks at them all where they are few", async () => {
    const { body } = await importance();
    expect(body).toMatchObject({ completed: TRIALS - 1, trials: TRIALS - 1 });
    expect(body.text).not.toContain("drawn at random");
  });

  test("of very many trials looks at a random sample, and says so", async () => {
    await create("crowded");
    await addCompleted("crowded", 7_000);
    const { body } = await importance("", "crowded");
    expect(body).toMatchObject({ completed: 7_000, trials: 5_000, verdict: "clear" });
    expect(body.text).toContain("Looked at: 5,000 of the 7,000 completed trials, drawn at random.");
    expect(body.parameters[0]).toMatchObject({ name: "rate", direction: "worse" });
    const other = await importance("?evaluator=fanova", "crowded");
    expect(other.body.parameters[0].name).toBe("rate");
  });

  test("is computed again when another trial has completed", async () => {
    await create("growing");
    await addCompleted("growing", 40);
    const [first, second] = await Promise.all([importance("", "growing"), importance("", "growing")]);
    expect(second!.body).toEqual(first!.body);
    await addCompleted("growing", 1);
    expect((await importance("", "growing")).body).toMatchObject({ completed: 41, trials: 41 });
  });

  test("names an objective that does not exist, and the one that was meant", async () => {
    const answer = await importance("?objective=sise");
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid-input" } });
    expect(answer.body.errors).toMatchObject([{ pointer: "?objective", hint: 'Did you mean "size"?' }]);
    expect((await importance("?evaluator=shap")).status).toBe(400);
    expect((await importance("", "nobody")).status).toBe(404);
  });
});

describe("fettle study importance", () => {
  async function run(...argv: string[]) {
    let out = "";
    let err = "";
    const io: Io = {
      out: { write: (text) => (out += String(text)), isTTY: true },
      err: { write: (text) => (err += String(text)) },
      env: { FETTLE_DATA_DIR: "/nowhere/at/all", FETTLE_URL: url },
      cwd: "/",
    };
    const exitCode = await runCommandLine(["study", "importance", ...argv], io);
    return { exitCode, out, err };
  }

  test("prints a bar for each parameter, the longest first, and how far it can be believed", async () => {
    const { exitCode, out, err } = await run("measured");
    expect(exitCode).toBe(0);
    const lines = out.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^PARAMETER +IMPORTANCE +90 % INTERVAL +LARGER IS$/);
    expect(lines[1]).toMatch(/^rate +[\d.]+ % {2}█+.* – .* % +worse$/);
    const bars = lines.slice(1).map((line) => [...line].filter((character) => character === "█").length);
    expect(bars).toEqual([...bars].sort((a, b) => b - a));
    expect(err).toMatch(/29 trials/);
  });

  test("prints the API's answer as JSON", async () => {
    const { out, err } = await run("measured", "-o", "json", "--evaluator", "fanova");
    expect(JSON.parse(out)).toEqual((await importance("?evaluator=fanova")).body);
    expect(err).toBe("");
  });

  test("ends with an error that says what there is", async () => {
    const { exitCode, err } = await run("measured", "--objective", "lss");
    expect(exitCode).not.toBe(0);
    expect(err).toContain('Did you mean "loss"?');
  });
});
