import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { argumentsSchema } from "../../core/arguments.ts";
import { type CommandContext, commandSchema, renderCommand } from "../../core/command.ts";
import type { Params } from "../../core/space.ts";

const rules = argumentsSchema.parse({});

const values: CommandContext["values"] = {
  study: "digits",
  trial: "7",
  trial_id: "0192",
  attempt: "2",
  seed: "42",
  budget: null,
  gpus: "1",
  trial_dir: "/trials/7",
  checkpoint_dir: "/trials/7/checkpoints",
  params_file: "/trials/7/params.json",
  metrics_file: "/trials/7/metrics.jsonl",
  result_file: "/trials/7/result.json",
};

function render(template: string[], params: Params = {}, parameters = Object.keys(params)): string[] {
  return renderCommand(template, params, rules, { parameters, values });
}

const HOSTILE = [
  "$(touch pwned)",
  "`touch pwned`",
  "; rm -rf ~",
  "a b  c",
  "--flag=1",
  "-x",
  "{{7*7}}",
  "{{lr}}",
  "{{args}}",
  "$HOME",
  "'\"\\",
  "",
  "*",
  "\t",
  "ünïcødé 🚀",
  "$&$1$$",
];

describe("a placeholder", () => {
  test("is replaced inside one argument, with any space around its name", () => {
    expect(render(["train", "--lr={{lr}}", "{{ lr }}", "a{{lr}}b{{lr}}"], { lr: 0.001 })).toEqual([
      "train",
      "--lr=0.001",
      "0.001",
      "a0.001b0.001",
    ]);
  });

  test.each(HOSTILE)("holding %j adds nothing but itself to one argument", (value) => {
    const argv = render(["train", "{{x}}", "--x={{x}}", "{{args}}"], { x: value, lr: 1 });
    expect(argv).toEqual(["train", value, `--x=${value}`, `--x=${value}`, "--lr=1"]);
  });

  test("never adds, removes or splits an argument, whatever the value", () => {
    const text = fc.string({ unit: "binary", maxLength: 40 }).filter((value) => !/[\0\r\n]/.test(value));
    fc.assert(
      fc.property(text, text, (x, y) => {
        expect(render(["p", "{{x}}", "[{{x}}|{{y}}]"], { x, y })).toEqual(["p", x, `[${x}|${y}]`]);
      }),
    );
  });

  test.each<[Params[string], string]>([
    [true, "true"],
    [false, "false"],
    [16, "16"],
    [1e-7, "1e-7"],
    [1e21, "1e+21"],
    [0.1, "0.1"],
    [[1, 2], "[1,2]"],
    [{ width: 4 }, '{"width":4}'],
  ])("renders %j as %s", (value, text) => {
    expect(render(["p", "{{x}}"], { x: value })).toEqual(["p", text]);
  });

  test("tells about the trial, unless a parameter has the name", () => {
    const template = [
      "p",
      "{{study}}/{{trial}}/{{attempt}}",
      "{{seed}}",
      "{{trial_dir}}",
      "{{checkpoint_dir}}",
    ];
    expect(render(template, { seed: 5 })).toEqual([
      "p",
      "digits/7/2",
      "5",
      "/trials/7",
      "/trials/7/checkpoints",
    ]);
  });

  test("can be the program itself", () => {
    expect(render(["{{tool}}", "run"], { tool: "python3" })).toEqual(["python3", "run"]);
  });

  test("params_json holds every active parameter, typed", () => {
    const params = { lr: 0.1, optimizer: "sgd", deep: true };
    const [, json] = render(["p", "{{params_json}}"], params);
    expect(JSON.parse(json!)).toEqual(params);
  });

  test.each(["\0", "a\nb", "a\rb"])("refuses %j, which no argument may hold", (value) => {
    expect(() => render(["p", "{{x}}"], { x: value })).toThrow(/NUL or line break/);
    expect(() => render(["p", "{{args}}"], { x: value })).toThrow(/NUL or line break/);
  });

  test("refuses a name that stands for nothing", () => {
    expect(() => render(["p", "{{constructor}}"], { lr: 1 })).toThrow(/\{\{constructor\}\}/);
  });
});

describe("an inactive parameter", () => {
  const all = ["optimizer", "momentum"];

  test.each<[string, string[], string[]]>([
    ["leaves its own argument out", ["p", "{{momentum}}", "x"], ["p", "x"]],
    ["takes the flag before it along", ["p", "--momentum", "{{momentum}}", "x"], ["p", "x"]],
    ["takes a short flag along", ["p", "-m", "{{momentum}}"], ["p"]],
    ["leaves an argument with = out", ["p", "--momentum={{momentum}}", "x"], ["p", "x"]],
    ["leaves a Hydra override out", ["p", "opt.momentum={{momentum}}", "x"], ["p", "x"]],
    [
      "keeps an unrelated flag before --k=v",
      ["p", "--verbose", "--momentum={{momentum}}"],
      ["p", "--verbose"],
    ],
    ["keeps a positional argument before it", ["p", "input.csv", "{{momentum}}"], ["p", "input.csv"]],
    ["keeps a flag that has its value", ["p", "--lr=1", "{{momentum}}"], ["p", "--lr=1"]],
    ["is nothing inside other text", ["p", "run-{{optimizer}}-{{momentum}}"], ["p", "run-adam-"]],
    ["is nothing in {{args}}", ["p", "{{args}}"], ["p", "--optimizer=adam"]],
  ])("%s", (_title, template, argv) => {
    expect(render(template, { optimizer: "adam" }, all)).toEqual(argv);
  });

  test("is how a trial without a budget is told", () => {
    expect(render(["p", "--epochs", "{{budget}}", "--x"])).toEqual(["p", "--x"]);
  });

  test("cannot be the program", () => {
    expect(() => render(["{{momentum}}", "x"], {}, all)).not.toThrow();
    expect(() => render(["{{momentum}}"], {}, all)).toThrow(/no program/);
  });
});

describe("an argument that is exactly {{args}}", () => {
  test("becomes one argument for each parameter, in the study's style", () => {
    expect(render(["p", "{{args}}", "end"], { lr: 0.1, name: "a b" })).toEqual([
      "p",
      "--lr=0.1",
      "--name=a b",
      "end",
    ]);
  });

  test.each([
    ["{{args:equals}}", ["--lr=0.1"]],
    ["{{args:space}}", ["--lr", "0.1"]],
    ["{{args:hydra}}", ["lr=0.1"]],
    ["{{args:hydra-append}}", ["+lr=0.1"]],
    ["{{args:dotted}}", ["--lr=0.1"]],
  ])("%s overrides the style", (placeholder, args) => {
    expect(render(["p", placeholder], { lr: 0.1 })).toEqual(["p", ...args]);
  });

  test("becomes nothing where there is no parameter", () => {
    expect(render(["p", "{{args}}"])).toEqual(["p"]);
  });
});

describe("a command", () => {
  test("has 1 to 256 arguments", () => {
    expect(commandSchema.safeParse([]).success).toBe(false);
    expect(commandSchema.safeParse(Array(256).fill("x")).success).toBe(true);
    expect(commandSchema.safeParse(Array(257).fill("x")).success).toBe(false);
    expect(commandSchema.safeParse("python train.py").success).toBe(false);
  });

  test("is cut at its placeholders in time linear in its length", () => {
    const braces = "{{".repeat(16_000);
    const before = performance.now();
    expect(render(["p", braces])).toEqual(["p", braces]);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});
