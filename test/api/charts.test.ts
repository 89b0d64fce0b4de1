import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  curvesSchema,
  progressSchema,
  surfaceSchema,
  timelineSchema,
  trialSampleSchema,
} from "../../core/charts.ts";
import { startApi, type TestApi, TOKEN_AUTH } from "../support/api.ts";
import { startService, type TestService } from "../support/service.ts";
import { waitFor } from "../support/wait-for.ts";

const STUDIES = "/v1/projects/default/studies";
const TRIALS = 24;

const study = (name: string) => ({
  name,
  parameters: [
    { name: "fixed", type: "fixed", value: 1 },
    { name: "x", type: "float", low: 0, high: 1 },
    { name: "rate", type: "float", low: 1e-4, high: 1, scale: "log" },
    { name: "model", type: "categorical", choices: ["linear", "tree"] },
    { name: "depth", type: "int", low: 1, high: 4, when: { parameter: "model", in: ["tree"] } },
  ],
  objectives: [{ metric: "score", goal: "maximize" }],
  algorithm: { name: "random" },
  budget: { maxTrials: TRIALS },
  parallelism: 6,
  seed: 4,
});

describe("charts of a study", () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
    await service.call("POST", STUDIES, study("s"));
    for (let done = 0; done < TRIALS; ) {
      const request = { workerId: "w", count: 6, waitSeconds: 10 };
      const { body } = await service.call("POST", `${STUDIES}/s/suggest`, request);
      for (const { trial, params } of body.assignments) {
        // Best at x = 0.8, whatever the rest.
        const values = { score: 1 - (params.x - 0.8) ** 2 };
        await service.call("POST", `${STUDIES}/s/trials/${trial}/complete`, { values });
        done++;
      }
    }
    await waitFor(async () => (await service.call("GET", `${STUDIES}/s`)).body.state === "done");
    await service.call("POST", STUDIES, study("fresh"));
  });
  afterAll(() => service.close());

  const get = (path: string) => service.call("GET", `${STUDIES}/${path}`);

  test.each([
    ["progress", progressSchema],
    ["sample", trialSampleSchema],
    ["curves", curvesSchema],
    ["timeline", timelineSchema],
  ])("%s keeps to its schema, also while there is nothing to show", async (path, schema) => {
    for (const name of ["s", "fresh"]) {
      const { status, body } = await get(`${name}/${path}`);
      expect(status).toBe(200);
      expect(schema.parse(body)).toEqual(body);
    }
    expect((await get(`nobody/${path}`)).status).toBe(404);
  });

  test("the study's trend ends at its best value", async () => {
    const { body } = await get("s");
    expect(body.trend.at(-1)).toBe(body.best.values[0]);
    expect((await get("fresh")).body.trend).toEqual([]);
  });

  test.each([
    "curves?at=x",
    "curves?limit=501",
    "sample?state=gone",
    "timeline?before=yesterday",
    "progress?points=-1",
  ])("%s is refused", async (path) => {
    expect((await get(`s/${path}`)).status).toBe(400);
  });

  test("a part of a trial's metric is asked for by its steps", async () => {
    const { body } = await service.call("POST", `${STUDIES}/fresh/suggest`, {
      workerId: "w",
      waitSeconds: 10,
    });
    const trial = `${STUDIES}/fresh/trials/${body.assignments[0].trial}`;
    const points = Array.from({ length: 3000 }, (_, step) => ({ name: "score", step, value: step / 3000 }));
    await service.call("POST", `${trial}/metrics`, { points });
    const part = await service.call("GET", `${trial}/metrics?from=100.5&to=104&maxPoints=50`);
    expect(part.body.series).toMatchObject([{ name: "score", total: 3000 }]);
    expect(part.body.series[0].points.map(({ step }: { step: number }) => step)).toEqual([
      101, 102, 103, 104,
    ]);
    const thinned = await service.call("GET", `${trial}/metrics?from=1000&maxPoints=50`);
    expect(thinned.body.series[0].points.at(0).step).toBe(1000);
    expect(thinned.body.series[0].points.at(-1).step).toBe(2999);
    expect(thinned.body.series[0].points.length).toBeLessThanOrEqual(50);
    expect((await service.call("GET", `${trial}/metrics?from=here`)).status).toBe(400);
  });

  test("the surface is highest where the best trials are, and says everywhere how unsure it is", async () => {
    const { status, body } = await get("s/surface?x=x&y=rate&resolution=11");
    expect(status).toBe(200);
    const surface = surfaceSchema.parse(body);
    expect(surface).toMatchObject({ metric: "score", trials: TRIALS, x: { name: "x" }, y: { scale: "log" } });
    expect(surface.x.ticks).toHaveLength(11);
    expect(surface.y.ticks[0]).toBeCloseTo(1e-4, 12);
    expect(surface.y.ticks[5]).toBeCloseTo(1e-2, 12);
    const middle = surface.mean[5]!;
    expect(middle[8]).toBeCloseTo(1, 1);
    expect(middle[0]).toBeCloseTo(1 - 0.64, 1);
    expect(surface.std.flat().every((std) => std > 0 && std < 0.5)).toBe(true);
  });

  test("the surface of an integer that the best trial may lack has a tick a value", async () => {
    const { body } = await get("s/surface?x=depth&y=x&resolution=11");
    expect(body.x.ticks).toEqual([1, 2, 3, 4]);
    expect(body.mean).toHaveLength(11);
    expect(body.mean[0]).toHaveLength(4);
  });

  test("the surface tells what it cannot show", async () => {
    const early = await get("fresh/surface?x=x&y=rate");
    expect(early).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(early.body.hint).toMatch(/more trials/);
    expect((await get("s/surface?x=rat&y=x")).body.errors).toMatchObject([
      { pointer: "?x", hint: 'Did you mean "rate"?' },
    ]);
    expect((await get("s/surface?x=x&y=model")).status).toBe(400);
    expect((await get("s/surface?x=x&y=x")).body.errors).toMatchObject([{ pointer: "?y" }]);
  });
});

describe("the preview of a study", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  const preview = async (changes: object) =>
    (await api.call("POST", "/v1/projects/default/preview", { ...study("s"), ...changes })).body;

  test("has three commands as they will run, the same for the same seed", async () => {
    const command = [
      "python",
      "train.py",
      "--x={{x}}",
      "--depth",
      "{{depth}}",
      "--out={{trial_dir}}",
      "{{study}}",
    ];
    const first = await preview({ command });
    expect(first.errors).toEqual([]);
    expect(first.samples).toHaveLength(3);
    for (const { params, argv } of first.samples) {
      const depth = params.depth === undefined ? [] : ["--depth", String(params.depth)];
      expect(argv).toEqual(["python", "train.py", `--x=${params.x}`, ...depth, "--out={{trial_dir}}", "s"]);
    }
    expect(first.explanation).toContain("random");
    expect(await preview({ command })).toEqual(first);
    expect((await preview({ command, seed: 5 })).samples).not.toEqual(first.samples);
  });

  test("has the priors: densities over the parameter's scale, probabilities of choices", async () => {
    const parameters = [
      { name: "flat", type: "float", low: 1e-3, high: 10, scale: "log" },
      { name: "bell", type: "float", low: 0, high: 10, prior: { mean: 5, std: 1 } },
      { name: "few", type: "int", low: 1, high: 3 },
      { name: "kind", type: "categorical", choices: ["a", { b: 1 }], weights: [3, 1] },
    ];
    const { priors } = await preview({ parameters });
    const [flat, bell, few, kind] = priors.map(({ points }: { points: [unknown, number][] }) => points);
    expect(flat).toHaveLength(60);
    expect(flat[0]).toEqual([1e-3, 1]);
    const peak = bell.reduce((a: [number, number], b: [number, number]) => (b[1] > a[1] ? b : a));
    expect(peak[0]).toBeCloseTo(5, 0);
    expect(few).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    expect(kind).toEqual([
      ["a", 0.75],
      [{ b: 1 }, 0.25],
    ]);
  });

  test("of a study with errors has those, and no samples", async () => {
    const body = await preview({ algorithm: { name: "randon" } });
    expect(body.errors).toMatchObject([{ hint: 'Did you mean "random"?' }]);
    expect(body).toMatchObject({ samples: [], explanation: null });
    expect(body.priors).toHaveLength(4);
  });
});

describe("the dashboard's files", () => {
  let directory: string;
  let api: TestApi;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "fettle-web-"));
    const web = join(directory, "web");
    await mkdir(join(web, "assets"), { recursive: true });
    await writeFile(join(directory, "secret.txt"), "secret");
    await writeFile(join(web, "index.html"), "<!doctype html><title>Fettle</title>");
    await writeFile(join(web, "assets", "app-1a2b.js"), "export {};");
    await writeFile(join(web, "assets", "app-1a2b.js.gz"), "packed");
    await writeFile(join(web, ".hidden"), "secret");
    api = await startApi({ auth: TOKEN_AUTH, web });
  });
  afterAll(async () => {
    await api.close();
    rmSync(directory, { recursive: true });
  });

  test.each(["/", "/default/studies/digits", "/settings?tab=tokens", "/v10"])(
    "%s is the page, without a token and never kept without asking",
    async (path) => {
      const { status, headers, text } = await api.call("GET", path);
      expect(status).toBe(200);
      expect(headers["content-type"]).toMatch(/^text\/html/);
      expect(headers["cache-control"]).toBe("no-cache");
      expect(text).toContain("<title>Fettle</title>");
    },
  );

  test("lets the page run its own scripts only, and talk to this server only", async () => {
    const policy = String((await api.call("GET", "/")).headers["content-security-policy"]);
    const directives = Object.fromEntries(
      policy.split(";").map((part) => [part.trim().split(" ")[0], part.trim().split(" ").slice(1).join(" ")]),
    );
    expect(directives).toMatchObject({
      "default-src": "'self'",
      "script-src": "'self'",
      "style-src": "'self' 'unsafe-inline'",
      "img-src": "'self' data:",
      "connect-src": "'self'",
      "frame-ancestors": "'none'",
    });
  });

  test("assets are kept for good, packed where the browser takes it; missing ones are not", async () => {
    const plain = await api.call("GET", "/assets/app-1a2b.js");
    expect(plain.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(plain.headers["content-type"]).toMatch(/javascript/);
    const packed = await api.call("GET", "/assets/app-1a2b.js", undefined, {
      headers: { "accept-encoding": "gzip" },
    });
    expect(packed).toMatchObject({ text: "packed", headers: { "content-encoding": "gzip" } });
    const missing = await api.call("GET", "/assets/app-0000.js");
    expect(missing.status).toBe(404);
    expect(missing.headers["cache-control"]).toBe("no-store");
  });

  test.each([
    "/../secret.txt",
    "/assets/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
    "/..%5csecret.txt",
    "//secret.txt",
    "/.hidden",
    "/%00.txt",
  ])("%s gives nothing away", async (path) => {
    const { status, text } = await api.call("GET", path);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(text).not.toBe("secret");
  });

  test("leaves the API as it is: tokens, unknown paths, wrong methods", async () => {
    const token = "an-admin-token-from-the-configuration";
    expect((await api.call("GET", STUDIES)).status).toBe(401);
    expect((await api.call("GET", "/v1/nothing")).status).toBe(401);
    expect((await api.call("GET", "/v1/nothing", undefined, { token })).body.code).toBe("not-found");
    const wrong = await api.call("GET", "/v1/projects/default/validate", undefined, { token });
    expect(wrong).toMatchObject({ status: 405, headers: { allow: "POST" } });
    expect((await api.call("POST", "/settings", {}, { token })).status).toBe(404);
    expect((await api.call("GET", "/openapi.json")).headers["content-type"]).toMatch(/json/);
  });

  test("of a tree that was not built: says how to", async () => {
    const bare = await startApi({ auth: TOKEN_AUTH, web: join(directory, "none") });
    const { status, text } = await bare.call("GET", "/");
    expect(status).toBe(200);
    expect(text).toContain("npm run build");
    expect((await bare.call("GET", "/settings")).status).toBe(401);
    await bare.close();
  });
});
