import { parse } from "yaml";
import { FettleError } from "../core/errors.ts";
import type { StudySource } from "./study-file.ts";

/**
 * The study with values put in their places: "budget.maxTrials=60", "parameters.lr.high=0.1". Lists are reached into by
 * position or by the `name` or `metric` of an entry. Values are read as YAML. @throws FettleError "invalid-input"
 */
export function withValues(study: StudySource, settings: readonly string[]): StudySource {
  return settings.reduce((before, setting) => {
    const at = setting.indexOf("=");
    if (at < 1) {
      throw new FettleError("invalid-input", `--set ${setting}: a name and a value are needed.`, {
        hint: "Write --set budget.maxTrials=60.",
      });
    }
    const path = setting.slice(0, at).split(".");
    return put(before, path, readValue(setting.slice(at + 1)), setting) as StudySource;
  }, study);
}

function put(into: unknown, path: readonly string[], value: unknown, setting: string): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(into)) {
    const index = positionOf(into, key);
    if (index === null) {
      throw new FettleError("invalid-input", `--set ${setting}: the list has no entry "${key}".`, {
        hint: `It has: ${into.map((item, position) => nameOf(item) ?? position).join(", ")}.`,
      });
    }
    return into.with(index, put(into[index], rest, value, setting));
  }
  const record = typeof into === "object" && into !== null ? (into as Record<string, unknown>) : {};
  const before = Object.hasOwn(record, key) ? record[key] : undefined;
  return { ...record, [key]: put(before, rest, value, setting) };
}

function positionOf(list: readonly unknown[], key: string): number | null {
  const named = list.findIndex((item) => nameOf(item) === key);
  if (named >= 0) return named;
  return /^\d{1,6}$/.test(key) && Number(key) < list.length ? Number(key) : null;
}

function nameOf(item: unknown): string | undefined {
  const { name, metric } = (item ?? {}) as { name?: unknown; metric?: unknown };
  return [name, metric].find((text) => typeof text === "string") as string | undefined;
}

/** Text that is no YAML is itself. */
function readValue(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 }) as unknown;
  } catch {
    return text;
  }
}
