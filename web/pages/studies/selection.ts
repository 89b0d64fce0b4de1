/** The value of `selected` in the address, with one name put in or taken out. Names of studies hold no commas. */
export function toggled(selected: ReadonlySet<string>, name: string): string {
  const next = new Set(selected);
  if (!next.delete(name)) next.add(name);
  return [...next].join(",");
}

export function studyAddress(name: string): string {
  return `/studies/${encodeURIComponent(name)}`;
}

export function compareAddress(names: Iterable<string>): string {
  return `/compare?studies=${[...names].map(encodeURIComponent).join(",")}`;
}
