import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { FettleError, messageOf } from "../core/errors.ts";

/** A specification as it was written, to be checked by the server. */
export type StudySource = Record<string, unknown>;

export interface StudyFile {
  study: StudySource;
  /** "study.yaml:7", where the value of a JSON pointer stands, or the nearest thing around it. */
  placeOf(pointer: string): string;
}

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
  return parseStudy(text, basename(path), dirname(resolve(path)));
}

/** `source`: what errors call the text. `folder`: where it lies. */
export function parseStudy(text: string, source: string, folder: string): StudyFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true, lineCounter: lines });
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
  const study = beside(mappingOf(document, source), folder);
  return { study, placeOf: (pointer) => `${source}:${lineOf(document, lines, pointer)}` };
}

function mappingOf(document: Document, source: string): StudySource {
  const value = plainValue(document, source);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as StudySource;
  throw new FettleError("invalid-study", `${source} does not hold a study: names and values are expected.`, {
    hint: "It begins with a line such as `name: my-study`.",
  });
}

/** A billion laughs of aliases ends here, and the server has its own bounds. */
function plainValue(document: Document, source: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new FettleError("invalid-study", `${source} cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: "Write the values out instead of repeating them by aliases (*name).",
    });
  }
}

function beside(study: StudySource, folder: string): StudySource {
  const { command, workingDirectory } = study;
  if (command === undefined || (workingDirectory !== undefined && typeof workingDirectory !== "string")) {
    return study;
  }
  return { ...study, workingDirectory: resolve(folder, workingDirectory ?? ".") };
}

/** From 1. What is missing stands where its parent begins. */
function lineOf(document: Document, lines: LineCounter, pointer: string): number {
  const keys = pointer.split("/").slice(1).map(unescaped);
  for (let depth = keys.length; depth > 0; depth--) {
    const node = document.getIn(keys.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

/** RFC 6901, section 4. */
function unescaped(segment: string): string {
  return segment.replaceAll("~1", "/").replaceAll("~0", "~");
}
