import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { duration, shortNumber } from "../../cli/numbers.ts";
import { clean, type Format, pickFields, renderOne, renderRows, type Shape } from "../../cli/output.ts";

interface Row {
  name: string;
  value: number;
  params: { lr: number; note?: string };
}

const shape: Shape<Row> = {
  name: ({ name }) => name,
  empty: "Nothing here.",
  columns: [
    { title: "NAME", text: ({ name }) => name },
    { title: "VALUE", text: ({ value }) => shortNumber(value), right: true },
    { title: "LR", text: ({ params }) => String(params.lr), wide: true },
  ],
};
const rows: Row[] = [
  { name: "a", value: 1, params: { lr: 0.1 } },
  { name: "long-name", value: 12.345678, params: { lr: 1e-7 } },
];

const rendered = (format: Format, list: readonly Row[] = rows) => renderRows(list, shape, format);

describe("rows", () => {
  test("as a table have aligned columns, numbers to the right", () => {
    expect(rendered("table")).toBe("NAME       VALUE\na              1\nlong-name  12.35\n");
  });

  test("as a wide table have the wide columns too", () => {
    expect(rendered("wide").split("\n")[0]).toBe("NAME       VALUE  LR");
  });

  test("as names are one a line", () => {
    expect(rendered("name")).toBe("a\nlong-name\n");
  });

  test("as JSON, JSON lines and YAML keep every digit", () => {
    expect(JSON.parse(rendered("json"))).toEqual({ items: rows });
    expect(
      rendered("jsonl")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(rows);
    expect(parse(rendered("yaml"))).toEqual({ items: rows });
  });

  test("as CSV flatten what is nested, and fill what a row lacks", () => {
    const noted: Row[] = [...rows, { name: "b", value: 2, params: { lr: 1, note: 'say "hi", twice' } }];
    expect(rendered("csv", noted)).toBe(
      [
        "name,value,params.lr,params.note",
        "a,1,0.1,",
        "long-name,12.345678,1e-7,",
        'b,2,1,"say ""hi"", twice"',
        "",
      ].join("\r\n"),
    );
  });

  test("as CSV never start a formula, and negative numbers stay numbers", () => {
    const text = rendered("csv", [{ name: "=cmd|' /C calc'!A0", value: -1.5, params: { lr: 1 } }]);
    expect(text.split("\r\n")[1]).toBe("'=cmd|' /C calc'!A0,-1.5,1");
  });

  test("without any, a table says so and data formats stay data", () => {
    expect(rendered("table", [])).toBe("Nothing here.\n");
    expect(JSON.parse(rendered("json", []))).toEqual({ items: [] });
    expect(rendered("jsonl", [])).toBe("");
    expect(rendered("name", [])).toBe("");
  });

  test("with numbers that JSON lacks carry them as strings", () => {
    const odd = [{ name: "x", value: Number.NaN, params: { lr: Number.NEGATIVE_INFINITY } }];
    expect(JSON.parse(rendered("jsonl", odd))).toMatchObject({ value: "NaN", params: { lr: "-Infinity" } });
  });

  test("in a table never steer the terminal, whatever a script called its things", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const text = rendered("table", [{ name, value: 1, params: { lr: 1 } }]);
        expect(text.split("\n")).toHaveLength(3);
        expect(text.replaceAll("\n", "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
    );
  });
});

describe("one thing", () => {
  test("as a table is a list of names and values", () => {
    expect(renderOne(rows[1]!, shape, "table")).toBe("NAME   long-name\nVALUE  12.35\n");
  });

  test("as JSON is the object itself", () => {
    expect(JSON.parse(renderOne(rows[0]!, shape, "json"))).toEqual(rows[0]);
    expect(renderOne(rows[0]!, shape, "jsonl")).toBe(`${JSON.stringify(rows[0])}\n`);
  });
});

test("picked fields keep the order asked for and reach inside", () => {
  expect(Object.entries(pickFields(rows[0]!, ["params.lr", "name", "nothing.at.all"]))).toEqual([
    ["params.lr", 0.1],
    ["name", "a"],
    ["nothing.at.all", undefined],
  ]);
});

test("escape sequences become blanks", () => {
  expect(clean("a\u001b[31mred\u0007\nb")).toBe("a [31mred b");
});

test.each([
  [0, "0"],
  [42, "42"],
  [0.93456, "0.9346"],
  [1e-4, "1.00e-4"],
  [-0.000123456, "-1.23e-4"],
  [1234567.8, "1.23e6"],
  [999999, "999999"],
  [null, "–"],
  ["NaN", "NaN"],
] as const)("%s is shown as %s", (value, text) => {
  expect(shortNumber(value)).toBe(text);
});

test.each([
  [0, "0 s"],
  [59.6, "1 min"],
  [61, "1 min 1 s"],
  [3600, "1 h"],
  [7530, "2 h 5 min"],
  [273_600, "3 d 4 h"],
])("%d seconds are shown as %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
