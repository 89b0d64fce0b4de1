/**
 * What was read again, with every part of it that did not change being the very object from before ("structural sharing"):
 * so whoever compares by identity, as effects and memoised components do, has nothing to do for it. Of JSON only.
 */
export function shared<Data>(before: unknown, after: Data): Data {
  if (Array.isArray(before) && Array.isArray(after)) return sharedItems(before, after) as Data;
  if (isRecord(before) && isRecord(after)) return sharedRecord(before, after) as Data;
  return after;
}

/** The same for lists whose items move: each is compared with the one that had its key before. */
export function sharedBy<Item>(
  before: readonly Item[],
  after: readonly Item[],
  keyOf: (item: Item) => unknown,
): readonly Item[] {
  const known = new Map(before.map((item) => [keyOf(item), item]));
  return sameOr(
    before,
    after.map((item) => shared(known.get(keyOf(item)), item)),
  );
}

function sharedItems(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  return sameOr(
    before,
    after.map((item, index) => shared(before[index], item)),
  );
}

function sameOr<Item>(before: readonly Item[], after: readonly Item[]): readonly Item[] {
  const same = before.length === after.length && after.every((item, index) => Object.is(item, before[index]));
  return same ? before : after;
}

function sharedRecord(before: Record<string, unknown>, after: Record<string, unknown>): unknown {
  const entries = Object.entries(after).map(([name, part]) => [name, shared(before[name], part)] as const);
  const same =
    entries.length === Object.keys(before).length &&
    entries.every(([name, part]) => Object.hasOwn(before, name) && Object.is(before[name], part));
  return same ? before : Object.fromEntries(entries);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
