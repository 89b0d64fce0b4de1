import { type Command, Option } from "commander";
import { FettleError } from "../core/errors.ts";
import { didYouMean } from "../core/suggest-name.ts";
import type { CommandCall } from "./command.ts";
import { FORMATS, type Format, pickFields, renderOne, renderRows, type Shape } from "./output.ts";

/** `-o` and `--fields`, the same on every command that prints data. */
export function addOutputOptions(command: Command): void {
  command
    .addOption(new Option("-o, --output <format>", "how to print").choices(FORMATS).default("table"))
    .option("--json", "the same as -o json")
    .option("--fields <names>", "only these fields, with commas between, as in number,params.lr");
}

/** Prints a list. `document`: what JSON and YAML show, the API's own reply. */
export function printRows<Row extends object>(
  call: Pick<CommandCall, "options" | "io">,
  rows: readonly Row[],
  shape: Shape<Row>,
  document?: object,
): void {
  const { format, fields } = chosen(call.options);
  if (fields === null) return void call.io.out.write(renderRows(rows, shape, format, document));
  checkFields(rows, fields, call.io);
  const picked = rows.map((row) => pickFields(row, fields));
  call.io.out.write(renderRows(picked, shapeOfFields(fields), format));
}

/** Prints one thing. */
export function printOne<Row extends object>(
  call: Pick<CommandCall, "options" | "io">,
  row: Row,
  shape: Shape<Row>,
): void {
  const { format, fields } = chosen(call.options);
  if (fields === null) return void call.io.out.write(renderOne(row, shape, format));
  checkFields([row], fields, call.io);
  call.io.out.write(renderOne(pickFields(row, fields), shapeOfFields(fields), format));
}

/** Whether a person reads what is printed: then the next commands are worth a line. */
export function isForPeople({ options }: Pick<CommandCall, "options">): boolean {
  const { format } = chosen(options);
  return format === "table" || format === "wide";
}

/** A count option. @throws FettleError "invalid-input" when it is none. */
export function countOption(value: unknown, name: string): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" && /^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw new FettleError("invalid-input", `--${name} takes a whole number from 1, not "${value}".`);
}

function chosen(options: CommandCall["options"]): { format: Format; fields: string[] | null } {
  const format = options.json === true ? "json" : ((options.output as Format | undefined) ?? "table");
  const fields =
    typeof options.fields === "string" ? options.fields.split(",").map((field) => field.trim()) : null;
  return { format, fields };
}

/** @throws FettleError "invalid-input" for a field that no row has; inside of one it is only said, as rows differ there. */
function checkFields(rows: readonly object[], fields: readonly string[], io: CommandCall["io"]): void {
  if (rows.length === 0) return;
  const known = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const unknown = fields.find((field) => !known.includes(field.split(".")[0] as string));
  if (unknown !== undefined) {
    throw new FettleError("invalid-input", `There is no field "${unknown}" to print.`, {
      hint: didYouMean(unknown, known) ?? `There are: ${known.join(", ")}.`,
    });
  }
  for (const field of fields) {
    if (rows.every((row) => pickFields(row, [field])[field] === undefined))
      io.err.write(`warning: nothing here has a field "${field}".\n`);
  }
}

function shapeOfFields(fields: readonly string[]): Shape<Record<string, unknown>> {
  const text = (value: unknown) => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
  return {
    name: (row) => text(row[fields[0] as string]),
    empty: "Nothing.",
    columns: fields.map((field) => ({ title: field.toUpperCase(), text: (row) => text(row[field]) })),
  };
}
