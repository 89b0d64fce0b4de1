import { spawnSync } from "node:child_process";
import { afterEach, describe, expect, test } from "vitest";
import type { Peer } from "../../../benchmarks/peers/index.ts";
import {
  PeerError,
  type PeerStudy,
  startPeer,
  UnsupportedError,
} from "../../../benchmarks/peers/peer-process.ts";
import type { BenchmarkProblem } from "../../../benchmarks/problems/problem.ts";
import { simulate } from "../../../benchmarks/simulation/simulate.ts";
import type { Parameter, Params } from "../../../core/space.ts";
import { bowl } from "../bowl.ts";

const echo: Peer = { name: "echo", environment: "main", packages: [], note: "Says what it was told." };
const command = { file: "python3", args: [new URL("./echo.py", import.meta.url).pathname] };
const hasPython = spawnSync("python3", ["--version"]).status === 0;

const started: { kill(): void }[] = [];
afterEach(() => {
  for (const process of started.splice(0)) process.kill();
});

function start() {
  const process = startPeer(echo, command);
  started.push(process);
  return process;
}

const study: PeerStudy = { seed: 1, trials: 10, workers: 1 };

const withParameters = (...parameters: Parameter[]): BenchmarkProblem => ({
  ...bowl,
  space: { parameters, constraints: [] },
});
const open = (problem: BenchmarkProblem, options: Partial<PeerStudy> = {}) =>
  start().open(problem, { ...study, ...options });

const refusal = (answer: Promise<unknown>): Promise<Error> =>
  answer.then(
    () => expect.fail("it was answered"),
    (error) => error,
  );

const count = (name: string): Parameter => ({ name, type: "int", low: 0, high: 100, scale: "linear" });

const everyKind: Parameter[] = [
  { name: "x", type: "float", low: -1, high: 3, scale: "linear" },
  { name: "rate", type: "float", low: 0.0001, high: 1, scale: "log" },
  { name: "momentum", type: "float", low: 0.5, high: 0.99, scale: "reverse-log" },
  { name: "dropout", type: "float", low: 0, high: 0.9, step: 0.1, scale: "linear" },
  { name: "width", type: "int", low: 1, high: 512, scale: "log" },
  { name: "layers", type: "int", low: 2, high: 10, step: 4, scale: "linear" },
  { name: "size", type: "ordinal", values: ["small", "medium", "large"] },
  { name: "optimizer", type: "categorical", choices: ["adam", { name: "sgd" }, null] },
  { name: "epochs", type: "fixed", value: 3 },
];

describe.skipIf(!hasPython)("the process of a peer", () => {
  test("a study of the simulator runs in it to its end", async () => {
    const { trials, exhausted } = await simulate(bowl, await open(bowl, { workers: 2 }), {
      ...study,
      workers: 2,
    });
    expect(trials.map(({ params }) => params)).toEqual(Array(10).fill({ x: 0.5, y: 0 }));
    expect(exhausted).toBe(false);
  });

  test("values of every kind of parameter come back as they were given", async () => {
    const point: Params = {
      x: 2.75,
      rate: 0.003,
      momentum: 0.9,
      dropout: 0.3,
      width: 48,
      layers: 6,
      size: "large",
      optimizer: { name: "sgd" },
      epochs: 3,
    };
    const tuner = await open(withParameters(...everyKind), { start: [point] });
    await tuner.tell((await tuner.ask())!.id, [1]);
    const { params } = (await tuner.ask())!;
    expect(params).toEqual({ ...point, momentum: expect.closeTo(0.9, 12) });
  });

  test("an inactive parameter is left out, whatever the peer says of it", async () => {
    const problem = withParameters(
      { name: "kind", type: "categorical", choices: ["plain", "deep"] },
      {
        name: "depth",
        type: "int",
        low: 1,
        high: 9,
        scale: "linear",
        when: { parameter: "kind", in: ["deep"] },
      },
    );
    const tuner = await open(problem, { start: [{ kind: "deep", depth: 7 }, { kind: "plain" }] });
    const asked: Params[] = [];
    for (let trial = 0; trial < 3; trial++) {
      const { id, params } = (await tuner.ask())!;
      asked.push(params);
      await tuner.tell(id, [1]);
    }
    expect(asked).toEqual([{ kind: "deep", depth: 7 }, { kind: "plain" }, { kind: "plain" }]);
  });

  test("starting points come first, and the peer learns their losses as it does its own", async () => {
    const problem = withParameters(count("told"), count("failed"));
    const points = [
      { told: 40, failed: 50 },
      { told: 41, failed: 51 },
    ];
    const tuner = await open(problem, { start: points });
    const [first, second] = [(await tuner.ask())!, (await tuner.ask())!];
    expect([first.params, second.params]).toEqual(points);
    await tuner.tell(second.id, [0.5]);
    await tuner.tell(first.id, [0.5]);
    const own = (await tuner.ask())!;
    expect(own.params).toEqual({ told: 2, failed: 0 });
    await tuner.tell(own.id, [0.5]);
    expect((await tuner.ask())!.params).toEqual({ told: 3, failed: 0 });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("a loss of %d is told as a failure", async (loss) => {
    const tuner = await open(withParameters(count("told"), count("failed")));
    await tuner.tell((await tuner.ask())!.id, [loss]);
    expect((await tuner.ask())!.params).toEqual({ told: 0, failed: 1 });
  });

  test("a peer that waits for results proposes nothing until one is told", async () => {
    const tuner = await open(bowl);
    const { id } = (await tuner.ask())!;
    expect(await tuner.ask()).toBeNull();
    await tuner.tell(id, [1]);
    expect(await tuner.ask()).not.toBeNull();
  });

  test("each suggestion has its time, and waiting for a free worker is none", async () => {
    const tuner = await open(bowl);
    const { id } = (await tuner.ask())!;
    await tuner.ask();
    await tuner.tell(id, [1]);
    await tuner.ask();
    expect(tuner.askSeconds).toHaveLength(2);
    expect(Math.min(...tuner.askSeconds)).toBeGreaterThan(0);
  });

  test("what a peer cannot say is unsupported, and the process is good for the next study", async () => {
    const process = start();
    const said = await refusal(process.open({ ...bowl, objectives: 2 }, study));
    expect([said.constructor, said.message]).toEqual([UnsupportedError, "several objectives"]);
    const constrained = { ...bowl, space: { ...bowl.space, constraints: ["x < y"] } };
    await expect(process.open(constrained, study)).rejects.toThrow(UnsupportedError);
    const tuner = await process.open(bowl, study);
    expect((await tuner.ask())!.params).toEqual({ x: 0.5, y: 0 });
  });

  test("what a peer throws is its error, and the process is good for the next study", async () => {
    const process = start();
    const tuner = await process.open(withParameters(count("broken")), study);
    const thrown = await refusal(tuner.ask());
    expect([thrown.constructor, thrown.message]).toEqual([PeerError, "ValueError: it is broken"]);
    expect(await (await process.open(bowl, study)).ask()).not.toBeNull();
  });

  test("a process that ends leaves its status and its last words, for this question and all later ones", async () => {
    const tuner = await open(bowl);
    const { id } = (await tuner.ask())!;
    const words = /^echo: its process ended \(7\)\..*out of memory$/s;
    await expect(tuner.tell(id, [666])).rejects.toThrow(words);
    await expect(tuner.ask()).rejects.toThrow(words);
  });

  test("a peer that computes forever can be killed", async () => {
    const process = start();
    const tuner = await process.open(withParameters(count("endless")), study);
    const asked = tuner.ask();
    process.kill();
    await expect(asked).rejects.toThrow("its process ended (SIGKILL)");
  });
});

test("a command that does not exist is told as the peer's error", async () => {
  const process = startPeer(echo, { file: "/no/such/python", args: [] });
  await expect(process.open(bowl, study)).rejects.toThrow(/^echo: .*ENOENT/);
});

test("a peer without its environment names the command that makes it", () => {
  expect(() => startPeer(echo, null)).toThrow("npm run bench:peers -- --setup");
});
