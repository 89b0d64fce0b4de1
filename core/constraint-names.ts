import type { ASTNode } from "@marcbachmann/cel-js";
import type { FieldError } from "./errors.ts";
import type { Parameter } from "./space.ts";
import { didYouMean } from "./suggest-name.ts";

/**
 * Turns a user's constraint into plain CEL over doubles: parameter names become p0, p1, … (so that dots, dashes and
 * CEL's own words are no trouble) and integer literals become doubles. Works on the text, at the positions that the
 * parser gives, so that errors can be traced back.
 */
export type Rewritten =
  | {
      ok: true;
      text: string;
      /** Variable in `text` of each parameter named. */
      names: ReadonlyMap<string, string>;
      /** Position in the source of a position in `text`. */
      originalPosition(position: number): number;
    }
  | { ok: false; problem: ConstraintProblem };

/** What is wrong with a constraint; the caller knows where it stands. */
export type ConstraintProblem = Omit<FieldError, "pointer">;

interface Edit {
  start: number;
  end: number;
  text: string;
}

const FUNCTIONS: ReadonlySet<string> = new Set(
  "min max abs floor ceil round sqrt exp log log2 log10 pow size".split(" "),
);
const METHODS: ReadonlySet<string> = new Set(["contains", "startsWith", "endsWith", "size"]);

export function rewriteConstraint(source: string, ast: ASTNode, parameters: readonly Parameter[]): Rewritten {
  const known = parameters.map((parameter) => parameter.name);
  const walk: Walk = { known, names: new Map(), edits: [], problem: undefined };
  visit(ast, walk);
  if (walk.problem) return { ok: false, problem: walk.problem };
  if (walk.names.size === 0) return { ok: false, problem: constant(source) };
  const edits = walk.edits.sort((a, b) => a.start - b.start);
  return { ok: true, names: walk.names, ...applyEdits(source, edits) };
}

interface Walk {
  known: readonly string[];
  names: Map<string, string>;
  edits: Edit[];
  problem: ConstraintProblem | undefined;
}

function visit(node: ASTNode, walk: Walk): void {
  if (walk.problem) return;
  const path = pathOf(node, walk.known);
  if (path !== undefined) visitName(node, path, walk);
  else if (node.op === "value") visitLiteral(node, walk);
  else if (node.op === "call") visitCall(node, FUNCTIONS, "function", node.args[1], walk);
  else if (node.op === "rcall") visitCall(node, METHODS, "method", [node.args[1], ...node.args[2]], walk);
  else {
    for (const child of childrenOf(node)) visit(child, walk);
  }
}

/** The name that a chain a.b.c or params["a"] spells; undefined when the node is no such chain. */
function pathOf(node: ASTNode, known: readonly string[]): string | undefined {
  if (node.op === "id") return node.args;
  if (node.op === "[]" && !known.includes("params")) {
    const [object, key] = node.args;
    return object.op === "id" &&
      object.args === "params" &&
      key.op === "value" &&
      typeof key.args === "string"
      ? key.args
      : undefined;
  }
  if (node.op !== ".") return undefined;
  const head = pathOf(node.args[0], known);
  // A parameter can be an object: `opt.name` is a field of `opt` unless a parameter has the longer name.
  if (head === undefined) return undefined;
  const path = `${head}.${node.args[1]}`;
  return known.includes(head) && !known.includes(path) ? undefined : path;
}

function visitName(node: ASTNode, name: string, walk: Walk): void {
  const index = walk.known.indexOf(name);
  if (index < 0) {
    walk.problem = unknownName(name, node.start, walk.known);
    return;
  }
  walk.names.set(name, `p${index}`);
  walk.edits.push({ start: node.start, end: node.end, text: `p${index}` });
}

function visitLiteral(node: ASTNode & { op: "value" }, walk: Walk): void {
  const { args } = node;
  if (typeof args !== "bigint") return;
  const text = String(Number(args));
  walk.edits.push({ start: node.start, end: node.end, text: text.includes("e") ? text : `${text}.0` });
}

function visitCall(
  node: ASTNode & { op: "call" | "rcall" },
  allowed: ReadonlySet<string>,
  kind: string,
  args: readonly ASTNode[],
  walk: Walk,
): void {
  const [name] = node.args;
  if (allowed.has(name)) {
    // The one function of CEL itself that gives an int.
    if (name === "size") walk.edits.push({ start: node.start, end: node.start, text: "double(" });
    for (const arg of args) visit(arg, walk);
    if (name === "size") walk.edits.push({ start: node.end, end: node.end, text: ")" });
    return;
  }
  walk.problem = {
    code: "constraint-function",
    message: `Constraints know no ${kind} "${name}".`,
    hint: didYouMean(name, allowed) ?? `There are: ${[...allowed].join(", ")}.`,
  };
}

function childrenOf(node: ASTNode): ASTNode[] {
  const args: readonly unknown[] = Array.isArray(node.args) ? node.args.flat(2) : [node.args];
  return args.filter((arg): arg is ASTNode => typeof arg === "object" && arg !== null && "op" in arg);
}

function applyEdits(
  source: string,
  edits: readonly Edit[],
): { text: string; originalPosition(p: number): number } {
  let text = "";
  let at = 0;
  const moved: { from: number; to: number }[] = [];
  for (const edit of edits) {
    text += source.slice(at, edit.start);
    moved.push({ from: text.length, to: edit.start });
    text += edit.text;
    moved.push({ from: text.length, to: edit.end });
    at = edit.end;
  }
  text += source.slice(at);
  const originalPosition = (position: number) => {
    const last = moved.findLast(({ from }) => from <= position);
    return last ? last.to + (position - last.from) : position;
  };
  return { text, originalPosition };
}

function unknownName(name: string, position: number, known: readonly string[]): ConstraintProblem {
  return {
    code: "unknown-parameter",
    message: `The constraint names "${name}" at character ${position + 1}, which is no parameter of the study.`,
    hint:
      didYouMean(name, known) ?? `The parameters are: ${known.slice(0, 20).join(", ")}. Texts need quotes.`,
  };
}

function constant(source: string): ConstraintProblem {
  return {
    code: "constraint-constant",
    message: `The constraint "${source}" names no parameter, so it is always the same.`,
    hint: "Name a parameter, or leave the constraint out.",
  };
}
