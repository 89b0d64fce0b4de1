import type { Page } from "../core/resources.ts";
import type { Client, Query } from "./client.ts";

/** The first `limit` items of a list, page by page. `nextCursor`: where more begin; null when that was all. */
export async function readPages<Item>(
  client: Client,
  path: string,
  { query, limit }: { query: Query; limit: number },
): Promise<Page<Item>> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const wanted = Math.min(1000, limit - items.length);
    const page: Page<Item> = await client.get(path, { ...query, limit: wanted, cursor: cursor ?? undefined });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && items.length < limit);
  return { items, nextCursor: cursor };
}
