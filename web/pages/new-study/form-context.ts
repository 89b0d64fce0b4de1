import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { FieldProblem } from "../../api/problem.ts";
import { keysOf, type Path, pointerOf } from "./spec-text.ts";

/** What the fields of the form read and write. */
export interface Form {
  spec: Readonly<Record<string, unknown>>;
  errors: readonly FieldProblem[];
  /** Undefined takes the value out. */
  set: (path: Path, value: unknown) => void;
}

export const FormContext = createContext<Form | null>(null);

export function useForm(): Form {
  return useContext(FormContext)!;
}

export function valueAt(spec: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<string | number, unknown>)[key];
  }, spec);
}

/** The errors of a value, those within it included. */
export function errorsAt(errors: readonly FieldProblem[], path: Path): readonly FieldProblem[] {
  const pointer = pointerOf(path);
  return errors.filter((error) => error.pointer === pointer || error.pointer.startsWith(`${pointer}/`));
}

export function arrayAt(spec: unknown, path: Path): readonly unknown[] {
  const value = valueAt(spec, path);
  return Array.isArray(value) ? value : [];
}

/** "parameters 2, low": a pointer as people read it. */
export function placeText(pointer: string): string {
  const words = keysOf(pointer).map((key) => (/^\d+$/.test(key) ? String(Number(key) + 1) : `, ${key}`));
  return words.join(" ").replaceAll(" ,", ",").replace(/^, /, "");
}
