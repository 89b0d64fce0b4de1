import { querySet, setQuery } from "../../app/router.ts";

/** Changes an axis between its natural scale, log or linear, and the other. */
export function flip(key: string): void {
  const flipped = querySet("flip");
  if (!flipped.delete(key)) flipped.add(key);
  setQuery({ flip: [...flipped].join(",") });
}
