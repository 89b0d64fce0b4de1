import { signal } from "@preact/signals";

/** The bearer token, kept for this browser. Null: the server asks for none, or it was not given yet. */

const KEY = "fettle-token";

export const token = signal<string | null>(localStorage.getItem(KEY));
/** Set while the page waits for a token: whoever shows the question calls it with the answer. */
export const tokenQuestion = signal<((token: string) => void) | null>(null);

let asking: Promise<void> | null = null;

/** Resolves when a token was given. Of several callers one question is made. */
export function askForToken(): Promise<void> {
  asking ??= new Promise<string>((resolve) => {
    tokenQuestion.value = resolve;
  }).then((given) => {
    setToken(given);
    tokenQuestion.value = null;
    asking = null;
  });
  return asking;
}

export function setToken(given: string | null): void {
  token.value = given;
  if (given === null) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, given);
}

/** Headers of a request to the API. */
export function authorization(): Record<string, string> {
  return token.value === null ? {} : { authorization: `Bearer ${token.value}` };
}
