import { effect, signal } from "@preact/signals";

/** Light or dark: as the system has it, until somebody chooses. */

export type Theme = "system" | "light" | "dark";

const KEY = "fettle-theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const systemDark = signal(system.matches);
system.addEventListener("change", ({ matches }) => {
  systemDark.value = matches;
});

export const theme = signal<Theme>(chosen());

/** Counts the changes: canvases, which read colours once, draw again when it does. */
export const themeRevision = signal(0);

effect(() => {
  const dark = theme.value === "dark" || (theme.value === "system" && systemDark.value);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  themeRevision.value = themeRevision.peek() + 1;
});

export function chooseTheme(next: Theme): void {
  theme.value = next;
  if (next === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, next);
}

/** The value of a custom property of theme.css, for canvases. */
export function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function chosen(): Theme {
  const stored = localStorage.getItem(KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}
