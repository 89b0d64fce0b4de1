import { computed, signal } from "@preact/signals";

/**
 * The page's state is its address: the path says which page, the query what is filtered, selected and shown. So every view
 * can be sent to somebody, and the back button works.
 */

const location_ = signal(read());

function read(): { path: string; query: URLSearchParams } {
  return { path: window.location.pathname, query: new URLSearchParams(window.location.search) };
}

window.addEventListener("popstate", () => {
  location_.value = read();
});

export const path = computed(() => location_.value.path);
export const query = computed(() => location_.value.query);
export const project = computed(() => query.value.get("project") ?? "default");

/** Goes to another page; the project stays. */
export function go(to: string): void {
  history.pushState(null, "", href(to));
  location_.value = read();
  window.scrollTo(0, 0);
}

/** An address within the dashboard, with the project kept. */
export function href(to: string): string {
  const [target, search = ""] = to.split("?");
  const wanted = new URLSearchParams(search);
  const kept = query.value.get("project");
  if (kept !== null && !wanted.has("project")) wanted.set("project", kept);
  const text = wanted.toString();
  return text === "" ? target! : `${target}?${text}`;
}

/** A part of the query. Null takes it out. `push`: the back button undoes it. */
export function setQuery(changes: Readonly<Record<string, string | null>>, push = false): void {
  const next = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  const target = text === "" ? window.location.pathname : `${window.location.pathname}?${text}`;
  if (push) history.pushState(null, "", target);
  else history.replaceState(null, "", target);
  location_.value = read();
}

/** Words between commas in the query, as a set. */
export function querySet(name: string): Set<string> {
  const text = query.value.get(name);
  return new Set(text === null || text === "" ? [] : text.split(","));
}

export interface Match {
  page: string;
  params: Readonly<Record<string, string>>;
}

/** Patterns such as "/studies/:study/trials/:number", the first that fits. Null: no page has this address. */
export function matchPath(patterns: Readonly<Record<string, string>>, actual: string): Match | null {
  const parts = actual.split("/").filter(Boolean);
  for (const [page, pattern] of Object.entries(patterns)) {
    const wanted = pattern.split("/").filter(Boolean);
    if (wanted.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = wanted.every((part, index) => {
      if (!part.startsWith(":")) return part === parts[index];
      params[part.slice(1)] = decode(parts[index]!);
      return true;
    });
    if (fits) return { page, params };
  }
  return null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
