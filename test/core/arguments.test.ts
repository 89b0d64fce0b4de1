import { execFile } from "node:child_process";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { argumentsSchema } from "../../core/arguments.ts";
import { renderArguments } from "../../core/render-arguments.ts";

const render = (params: Parameters<typeof renderArguments>[0], rules: unknown = {}) =>
  renderArguments(params, argumentsSchema.parse(rules));

describe("parameters as arguments", () => {
  test.each([
    ["equals", ["--lr=0.1", "--opt=sgd"]],
    ["space", ["--lr", "0.1", "--opt", "sgd"]],
    ["hydra", ["lr=0.1", "opt=sgd"]],
    ["hydra-append", ["+lr=0.1", "+opt=sgd"]],
    ["dotted", ["--lr=0.1", "--opt=sgd"]],
  ])("in style %s are %j", (style, args) => {
    expect(render({ lr: 0.1, opt: "sgd" }, { style })).toEqual(args);
  });

  test.each([
    ["hydra", ["model.lr=0.1"]],
    ["hydra-append", ["+model.lr=0.1"]],
    ["dotted", ["--model.lr=0.1"]],
  ])("keep a dotted name in style %s", (style, args) => {
    expect(render({ "model.lr": 0.1 }, { style })).toEqual(args);
  });

  test.each([
    ["equals", ['--model={"lr":0.1,"layers":[4,2]}']],
    ["dotted", ["--model.lr=0.1", "--model.layers=[4,2]"]],
    ["hydra", ["model.lr=0.1", "model.layers=[4,2]"]],
  ])("unfold an object in style %s as %j", (style, args) => {
    expect(render({ model: { lr: 0.1, layers: [4, 2] } }, { style })).toEqual(args);
  });

  test("in style space keep a negative number from being read as an option", () => {
    expect(render({ bias: -1e-5 }, { style: "space" })).toEqual(["--bias=-0.00001"]);
  });
});

describe("a boolean argument", () => {
  test.each([
    ["value", ["--a=true", "--b=false"]],
    ["flag", ["--a"]],
    ["no-flag", ["--a", "--no-b"]],
    ["number", ["--a=1", "--b=0"]],
  ])("in style %s is %j", (booleans, args) => {
    expect(render({ a: true, b: false }, { booleans })).toEqual(args);
  });

  test("may have a style of its own", () => {
    expect(render({ a: true, b: false }, { booleans: "flag", booleanOverrides: { b: "number" } })).toEqual([
      "--a",
      "--b=0",
    ]);
  });

  test("is a value in Hydra, which has no flags", () => {
    expect(render({ a: true }, { style: "hydra", booleans: "flag" })).toEqual(["a=true"]);
  });
});

test("a number reads back as the same double", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
      const [argument] = render({ x });
      expect(Number(argument!.slice("--x=".length))).toBe(x === 0 ? 0 : x);
    }),
  );
});

test("argparse reads every text and number as it was meant, in styles equals and space", async () => {
  const script =
    "import argparse,json,sys\np=argparse.ArgumentParser()\np.add_argument('--x')\np.add_argument('--y',type=float)\n" +
    "print(json.dumps(vars(p.parse_args(sys.argv[1:]))))";
  for (const style of ["equals", "space"]) {
    for (const params of [
      { x: "--y=9", y: -1e-7 },
      { x: "a b", y: 1e21 },
      { x: "-", y: 0.1 },
    ]) {
      const args = render(params, { style });
      const { stdout } = await promisify(execFile)("python3", ["-c", script, ...args]);
      expect(JSON.parse(stdout)).toEqual(params);
    }
  }
});
