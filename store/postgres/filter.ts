import type { Filter, FilterField, FilterOperator, FilterValue } from "../../core/filter.ts";
import type { Statement, TransactionSql } from "./connect.ts";

type Condition = Statement<readonly object[]>;

/** A filter as SQL: every word of the user's travels as a parameter. `compare` knows the fields. */
export function filterCondition(sql: TransactionSql, filter: Filter, compare: CompareField): Condition {
  switch (filter.type) {
    case "and":
    case "or":
      return join(
        sql,
        filter.type,
        filter.items.map((item) => filterCondition(sql, item, compare)),
      );
    case "not":
      return sql`(not coalesce(${filterCondition(sql, filter.item, compare)}, false))`;
    case "compare":
      return compare(filter.field, filter.operator, filter.value);
    case "in":
      return join(
        sql,
        "or",
        filter.values.map((value) => compare(filter.field, "=", value)),
      );
  }
}

export type CompareField = (field: FilterField, operator: FilterOperator, value: FilterValue) => Condition;

function join(sql: TransactionSql, word: "and" | "or", items: readonly Condition[]): Condition {
  const [first, ...rest] = items as [Condition, ...Condition[]];
  return rest.reduce(
    (left, right) => (word === "and" ? sql`(${left} and ${right})` : sql`(${left} or ${right})`),
    first,
  );
}

/** A number column; a word never equals one. */
function compareNumber(
  sql: TransactionSql,
  column: Condition,
  operator: FilterOperator,
  value: FilterValue,
): Condition {
  if (typeof value !== "number") return operator === "!=" ? sql`true` : sql`false`;
  return ordered(sql, sql`(${column})::float8`, operator, sql`${value}::float8`);
}

function compareText(
  sql: TransactionSql,
  column: Condition,
  operator: FilterOperator,
  value: FilterValue,
): Condition {
  return ordered(sql, sql`(${column})::text`, operator, sql`${String(value)}::text`);
}

/** A JSON value of any type: numbers by size, everything else by equality. */
function compareJson(
  sql: TransactionSql,
  column: Condition,
  operator: FilterOperator,
  value: FilterValue,
): Condition {
  const json = sql`${JSON.stringify(value)}::text::jsonb`;
  if (operator === "=" || operator === ":") return sql`(${column}) = ${json}`;
  if (operator === "!=") return sql`(${column}) <> ${json}`;
  if (typeof value !== "number") return sql`false`;
  const number = sql`case when jsonb_typeof(${column}) = 'number' then (${column})::float8 end`;
  return ordered(sql, number, operator, sql`${value}::float8`);
}

function ordered(
  sql: TransactionSql,
  left: Condition,
  operator: FilterOperator,
  right: Condition,
): Condition {
  switch (operator) {
    case "=":
    case ":":
      return sql`${left} = ${right}`;
    case "!=":
      return sql`${left} <> ${right}`;
    case "<":
      return sql`${left} < ${right}`;
    case "<=":
      return sql`${left} <= ${right}`;
    case ">":
      return sql`${left} > ${right}`;
    case ">=":
      return sql`${left} >= ${right}`;
  }
}

/** Fields of a trial, over `t` (trials). States are read in any case. */
export function compareTrialField(sql: TransactionSql): CompareField {
  return ({ name, key }, operator, value) => {
    switch (name) {
      case "params":
        return compareJson(sql, sql`t.params -> ${key}::text`, operator, value);
      case "metrics":
        return compareNumber(sql, lastValue(sql, key as string), operator, value);
      case "value":
        return compareNumber(sql, firstObjective(sql), operator, value);
      case "number":
        return compareNumber(sql, sql`t.number`, operator, value);
      case "attempt":
        return compareNumber(sql, sql`t.attempt`, operator, value);
      case "retries":
        return compareNumber(sql, sql`t.retries`, operator, value);
      case "seconds":
        return compareNumber(sql, sql`t.seconds`, operator, value);
      case "origin":
        return compareText(sql, sql`t.origin`, operator, value);
      case "failureClass":
        return compareText(sql, sql`t.failure_class`, operator, value);
      default:
        return compareText(sql, sql`t.state`, operator, String(value).toLowerCase());
    }
  };
}

/** The metric's last value in the trial's latest attempt. NaN, which PostgreSQL sorts above all numbers, counts as none. */
function lastValue(sql: TransactionSql, metric: string): Condition {
  return sql`
    select nullif(m.value, 'NaN') from metric_points m join metric_names n on n.id = m.name_id
    where m.trial_id = t.id and m.attempt = t.attempt and n.name = ${metric} order by m.step desc limit 1`;
}

function firstObjective(sql: TransactionSql): Condition {
  return sql`case when jsonb_typeof(t.objective_values -> 0) = 'number' then (t.objective_values -> 0)::float8 end`;
}

/** Fields of a study, over `s` (studies). */
export function compareStudyField(sql: TransactionSql): CompareField {
  return ({ name }, operator, value) => {
    switch (name) {
      case "tags":
        return sql`s.spec -> 'tags' ? ${String(value)}::text`;
      case "created":
        return compareNumber(sql, sql`s.created`, operator, value);
      case "name":
        // "Has": a part of the name.
        if (operator === ":") return sql`position(${String(value)}::text in s.name) > 0`;
        return compareText(sql, sql`s.name`, operator, value);
      default:
        return compareText(sql, sql`s.state`, operator, String(value).toLowerCase());
    }
  };
}
