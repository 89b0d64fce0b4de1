import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseDocument } from "yaml";
import { FettleError } from "../core/errors.ts";

/** A specification as it was written, to be checked by the server. */
export type StudyFile = Record<string, unknown>;

/**
 * Reads a study file, YAML or JSON. A command runs beside the file: a relative `workingDirectory` is resolved against
 * its folder, and the folder itself is the default. @throws FettleError "not-found"; "invalid-study" with the line.
 */
export async function loadStudyFile(path: string): Promise<StudyFile> {
  const text = await readFile(path, "utf8").catch((cause) => {
    throw new FettleError("not-found", `The study file ${path} cannot be read (${cause.code}).`, {
      cause,
      hint: "Name it with -f; examples/digits/study.yaml is one to start from.",
    });
  });
  return parseStudy(text, path, dirname(resolve(path)));
}

/** `source`: what errors call the text. `folder`: where it lies. */
export function parseStudy(text: string, source: string, folder: string): StudyFile {
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const [summary = "", ...excerpt] = problem.message.split("\n");
    throw new FettleError("invalid-study", `${source} is not valid YAML: ${summary}`, {
      cause: problem,
      fields: excerpt
        .filter((line) => line.trim() !== "")
        .map((message) => ({ pointer: "", code: "invalid-yaml", message })),
    });
  }
  // A billion laughs of aliases ends here, and the server has its own bounds.
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FettleError(
      "invalid-study",
      `${source} does not hold a study: names and values are expected.`,
      {
        hint: "It begins with a line such as `name: my-study`.",
      },
    );
  }
  return beside(value as StudyFile, folder);
}

function beside(study: StudyFile, folder: string): StudyFile {
  const { command, workingDirectory } = study;
  if (command === undefined || (workingDirectory !== undefined && typeof workingDirectory !== "string")) {
    return study;
  }
  return { ...study, workingDirectory: resolve(folder, workingDirectory ?? ".") };
}
