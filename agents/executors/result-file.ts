import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { messageOf } from "../../core/errors.ts";
import { type ResultFile, resultFileSchema } from "../../core/executor.ts";

const MAX_BYTES = 1024 * 1024;

export type ReadResult =
  | { type: "none" }
  | { type: "result"; result: ResultFile }
  | { type: "invalid"; problem: string };

/** What the script left in its result file. Never throws: the file is the script's, and may be anything. */
export async function readResultFile(path: string): Promise<ReadResult> {
  const text = await readText(path);
  if (text === null) return { type: "none" };
  if (text.length > MAX_BYTES) return { type: "invalid", problem: "it is larger than 1 MiB" };
  if (text.trim() === "") return { type: "none" };
  try {
    const parsed = resultFileSchema.safeParse(JSON.parse(text));
    if (parsed.success) return { type: "result", result: parsed.data };
    const [issue] = parsed.error.issues;
    return { type: "invalid", problem: `${issue?.path.join(".") || "the document"}: ${issue?.message}` };
  } catch (error) {
    return { type: "invalid", problem: messageOf(error) };
  }
}

/** Null when there is no regular file; at most one byte more than allowed. */
async function readText(path: string): Promise<string | null> {
  // Not blocking on a FIFO, not following a link: the script could have put either there.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  const file = await open(path, flags).catch(() => null);
  if (file === null) return null;
  try {
    if (!(await file.stat()).isFile()) return null;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_BYTES + 1), 0, MAX_BYTES + 1, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } catch {
    return null;
  } finally {
    await file.close();
  }
}
