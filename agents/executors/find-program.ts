import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";

export type FoundProgram = { found: true; path: string } | { found: false; message: string };

/**
 * The file that a command's first element stands for, as execvp would find it: with a slash relative to
 * `workingDirectory`, else along `searchPath`. Looked up beforehand, because a wrapper's failure to start it could not be
 * told from the program's own.
 */
export async function findProgram(
  program: string,
  workingDirectory: string,
  searchPath: string,
): Promise<FoundProgram> {
  const named = program.includes("/");
  const directories = searchPath.split(":").map((directory) => (directory === "" ? "." : directory));
  const candidates = named
    ? [resolve(workingDirectory, program)]
    : directories.map((directory) =>
        join(isAbsolute(directory) ? directory : resolve(workingDirectory, directory), program),
      );
  let problem: string | null = null;
  for (const path of candidates) {
    const failure = await whyNotExecutable(path);
    if (failure === null) return { found: true, path };
    problem ??= failure === "" ? null : `${path} ${failure}`;
  }
  const nowhere = named ? `there is no file ${candidates[0]}` : `no ${program} in any directory of PATH`;
  return { found: false, message: `The command cannot be run on this host: ${problem ?? nowhere}.` };
}

/** Null: it is; "": there is no such file. */
async function whyNotExecutable(path: string): Promise<string | null> {
  try {
    if (!(await stat(path)).isFile()) return "is not a file";
    await access(path, constants.X_OK);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM") return "is not executable for the agent's user";
    return "";
  }
}
