import type { Sql } from "./connect.ts";
import { createLru } from "./lru.ts";

/** Ids of metric names, made when first seen and remembered in this process: a name's id never changes. */
export interface MetricNames {
  idsOf(names: readonly string[]): Promise<number[]>;
}

export function createMetricNames(sql: Sql): MetricNames {
  const known = createLru<string, number>(50_000);
  return {
    async idsOf(names) {
      const missing = [...new Set(names.filter((name) => known.get(name) === undefined))];
      if (missing.length > 0) for (const { id, name } of await ensureNames(sql, missing)) known.set(name, id);
      return names.map((name) => known.get(name) as number);
    },
  };
}

async function ensureNames(sql: Sql, names: readonly string[]): Promise<{ id: number; name: string }[]> {
  await sql`insert into metric_names (name) select unnest(${names as string[]}::text[]) on conflict (name) do nothing`;
  return sql<
    { id: number; name: string }[]
  >`select id, name from metric_names where name = any(${names as string[]}::text[])`;
}
