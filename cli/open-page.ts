import { spawn } from "node:child_process";

/** Shows a page in the browser of whoever runs a command. No shell is involved. */

export interface Surroundings {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
}

/** An opener that has not ended within so long is the browser itself. */
const OPENED_MS = 1500;

/** Null once the page was handed to a browser, else why it was not, as in "there is no display". */
export async function openPage(url: string, surroundings: Surroundings): Promise<string | null> {
  const opener = openerOf(url, surroundings);
  if (opener === null) return "there is no display";
  const [program, ...args] = opener;
  const child = spawn(program, args, {
    // What it opens outlives this process, and Ctrl-C in this terminal.
    detached: true,
    stdio: "ignore",
    env: surroundings.env,
    windowsHide: true,
  });
  child.unref();
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), OPENED_MS);
    const settle = (reason: string | null) => {
      clearTimeout(timer);
      resolve(reason);
    };
    child.once("error", (error: NodeJS.ErrnoException) => settle(`${program}: ${error.code}`));
    child.once("exit", (code, signal) =>
      settle(code === 0 ? null : `${program} ended with ${code ?? signal}`),
    );
  });
}

/**
 * The program that shows a page, and its arguments; null where nobody would see it. BROWSER goes first: words, with the
 * page in place of `%s` or at the end.
 */
export function openerOf(url: string, { platform, env }: Surroundings): [string, ...string[]] | null {
  const [program, ...args] = (env.BROWSER ?? "").split(/\s+/).filter((word) => word !== "");
  if (program !== undefined) return [program, ...withPage(args, url)];
  if (platform === "darwin") return ["open", url];
  // `start` is a word of cmd, which reads more into a few characters; its first argument in quotes is a title.
  if (platform === "win32") return /^[\w:/.-]+$/.test(url) ? ["cmd", "/c", "start", "", url] : null;
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ["xdg-open", url] : null;
}

function withPage(args: readonly string[], url: string): string[] {
  if (!args.some((word) => word.includes("%s"))) return [...args, url];
  return args.map((word) => word.replaceAll("%s", () => url));
}
