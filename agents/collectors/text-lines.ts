import type { LineParser, ParsedPoint } from "./collector.ts";
import { NUMBER, parseNumber } from "./number-text.ts";
import { type ToldStep, withStep } from "./step-keys.ts";

// Every repetition is bounded, so that no line can make a pattern slow.
// A name starts where no word goes on before it, and a number that goes on is a time, a version or a
// decimal comma: 00:12:31, 1.2.3, 0,31.
const NAME = String.raw`(?<![\w.-])[A-Za-z_][\w./-]{0,99}`;
const END = String.raw`(?!\w|[.:,]\d)`;
/** NumPy 2, PyTorch and JAX name the type around the number: np.float64(0.5), tensor(0.5, device='cuda:0'). */
const inside = (type: string) => String.raw`${type}\((${NUMBER})(?:,[^(){}]{0,120})?\)`;
// Beside prose only the types that are known: max(0.5) and round(0.5, 1) are no values.
const TYPED = inside(String.raw`(?:(?:np|numpy)\.[a-z]\w{1,20}|(?:torch\.)?tensor|Array)`);
const VALUE = `(?:(${NUMBER})${END}|${TYPED})`;
const EQUALS = new RegExp(String.raw`(${NAME})[ \t]{0,8}=[ \t]{0,8}${VALUE}`, "g");
const COLON = new RegExp(String.raw`(${NAME})[ \t]{0,8}:[ \t]{0,8}${VALUE}`, "g");
const EITHER = new RegExp(String.raw`(${NAME})[ \t]{0,8}[=:][ \t]{0,8}${VALUE}`, "g");
const STEP_NOTE = /\(step[ \t]{1,8}(\d{1,15})\)/i;
/** "Epoch 3/10", "Epoch [3/10]" and "Epoch 3:" before the values, or "[3]" as gradient boosting prints its rounds. */
const LINE_HEAD = /^\s{0,64}(?:\[?epoch[ \t]{1,8}\[?(\d{1,9})(?:\/\d{1,9})?\b|\[(\d{1,9})\]\s)/i;
const SEPARATOR = /[=:]/;
/** A line of its own that tells where the lines after it belong. */
const HEADER =
  /^\s{0,64}(?:epoch|step|iteration)[ \t]{0,8}[:=]?[ \t]{0,8}\[?(\d{1,9})(?:\/\d{1,9})?\]?\s{0,64}$/i;

/** Katib's text format: `name=value`, any number of them on a line, whatever stands around. */
export const katibLine: LineParser = (line) => withStep(pairs(EQUALS, line), headStep(line));

/** `key: value`, as Guild reads it; `(step N)` on the line gives the step. */
export const keyValueLine: LineParser = (line) =>
  withStep(pairs(COLON, line), noteStep(line) ?? headStep(line));

/** Progress bars of Keras, Lightning and tqdm: `- val_loss: 0.12`, `val_loss=0.12`. */
export const progressLine: LineParser = (line) =>
  withStep(pairs(EITHER, line), noteStep(line) ?? headStep(line));

/** The step that a line such as "Epoch 3/10" gives to those after it; null for any other line. */
export function headerStep(line: string): number | null {
  const header = line.length <= 200 ? HEADER.exec(line) : null;
  return header === null ? null : Number(header[1]);
}

function pairs(pattern: RegExp, line: string): { name: string; value: number }[] {
  if (!SEPARATOR.test(line)) return [];
  return [...line.matchAll(pattern)].flatMap(([, name, plain, wrapped]) => {
    const value = parseNumber(plain ?? wrapped ?? "");
    return value === null ? [] : [{ name: name as string, value }];
  });
}

function noteStep(line: string): ToldStep | null {
  const note = STEP_NOTE.exec(line);
  return note === null ? null : { step: Number(note[1]), loose: false };
}

function headStep(line: string): ToldStep | null {
  const head = LINE_HEAD.exec(line);
  return head === null ? null : { step: Number(head[1] ?? head[2]), loose: true };
}

const DICT_PAIR = new RegExp(
  String.raw`['"]([^'"]{1,100})['"][ \t]{0,8}:[ \t]{0,8}(?:['"]?(${NUMBER})['"]?|${inside(String.raw`[A-Za-z_][\w.]{0,40}`)})[ \t]{0,8}(?=,(?!\d)|\})`,
  "g",
);

/** The Hugging Face Trainer's dict: `{'loss': 0.51, 'epoch': 1.0}`, nan and inf included. */
export const huggingFaceLine: LineParser = (line): ParsedPoint[] => {
  const open = line.indexOf("{");
  return open < 0 || !line.includes("}") ? [] : withStep(pairs(DICT_PAIR, line.slice(open)));
};
