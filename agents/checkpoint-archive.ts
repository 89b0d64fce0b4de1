import { once } from "node:events";
import { mkdir, open, readlink, realpath } from "node:fs/promises";
import { isAbsolute, join, normalize, sep } from "node:path";
import { create, extract, type ReadEntry } from "tar";
import { listDirectory } from "./directory.ts";

/**
 * A checkpoint directory as one gzipped tar, for its way through the server. An archive was written by training code on
 * another host, so nothing of it is believed: it may hold files, directories and links that stay inside, no more.
 */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
}

/**
 * Packs `directory` into `file`. Returns the archive's length in bytes.
 * @throws ArchiveError when it would be longer than `maxBytes`, when the directory holds what another host cannot use, or
 *   when `cancelled` aborts; the file system's error when something cannot be read
 */
export async function packCheckpoint(
  directory: string,
  file: string,
  maxBytes: number,
  cancelled: AbortSignal,
): Promise<number> {
  await refuseEscapes(directory);
  const pack = create({ cwd: directory, gzip: true, portable: true, strict: true }, ["."]);
  const output = await open(file, "w", 0o600);
  let length = 0;
  try {
    for await (const chunk of pack) {
      length += chunk.length;
      if (length > maxBytes) throw new ArchiveError(`its archive is larger than ${maxBytes} bytes`);
      if (cancelled.aborted) throw new ArchiveError("it is no longer wanted");
      await output.writeFile(chunk);
    }
    return length;
  } finally {
    // What is left flows into nothing: a stream that stands still keeps its files open.
    pack.resume();
    await output.close();
  }
}

/**
 * Unpacks the archive whose bytes are `parts` into a new directory; after an error, what is there is worth nothing.
 * @throws ArchiveError for an archive that holds more than `maxBytes`, or anything that could reach out of the directory;
 *   tar's error for one that is damaged; whatever `parts` throws
 */
export async function unpackCheckpoint(
  parts: AsyncIterable<Uint8Array>,
  directory: string,
  maxBytes: number,
): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const judge = createJudge(maxBytes);
  const unpack = extract({
    cwd: directory,
    strict: true,
    preserveOwner: false,
    filter: (path, entry) => judge.accepts(path, entry as ReadEntry),
  });
  const closed = once(unpack, "close");
  // Looked at below; a rejection while nobody waits must not end the process.
  closed.catch(() => {});
  for await (const part of parts) {
    if (!unpack.write(Buffer.from(part))) await Promise.race([once(unpack, "drain"), closed]);
    judge.check();
  }
  unpack.end();
  await closed;
  judge.check();
  await refuseEscapes(directory);
}

interface Judge {
  accepts(path: string, entry: ReadEntry): boolean;
  /** @throws ArchiveError when something was not accepted */
  check(): void;
}

const MAX_ENTRIES = 100_000;

function createJudge(maxBytes: number): Judge {
  const files = new Set<string>();
  let bytes = 0;
  let entries = 0;
  let refusal: string | null = null;

  function problem(path: string, { type, linkpath = "", size }: ReadEntry): string | null {
    bytes += size;
    if (++entries > MAX_ENTRIES) return `holds more than ${MAX_ENTRIES} files`;
    if (bytes > maxBytes) return `holds more than ${maxBytes} bytes`;
    if (reachesOut(path)) return `names ${path}`;
    switch (type) {
      case "File":
      case "OldFile":
        files.add(normalize(path));
        return null;
      case "Directory":
        return null;
      case "SymbolicLink":
        // Where it leads to is judged when everything is there.
        return isAbsolute(linkpath) ? `has a link to ${linkpath}` : null;
      case "Link":
        return files.has(normalize(linkpath))
          ? null
          : `has a hard link to ${linkpath}, which is none of its files`;
      default:
        return `holds a ${type} (${path})`;
    }
  }

  return {
    accepts(path, entry) {
      refusal ??= problem(path, entry);
      return refusal === null;
    },
    check() {
      if (refusal !== null) throw new ArchiveError(`the archive ${refusal}`);
    },
  };
}

function reachesOut(path: string): boolean {
  return isAbsolute(path) || path.split("/").includes("..");
}

/** @throws ArchiveError when the directory holds devices, sockets or pipes, or a link that leads out of it or nowhere */
async function refuseEscapes(directory: string): Promise<void> {
  const root = await realpath(directory);
  for (const { path, type } of await listDirectory(directory, MAX_ENTRIES)) {
    if (type === "other") throw new ArchiveError(`it holds ${path}, which is neither file nor directory`);
    if (type !== "link") continue;
    const target = await readlink(join(directory, path));
    const real = await realpath(join(directory, path)).catch(() => null);
    const staysInside = !isAbsolute(target) && real !== null && `${real}${sep}`.startsWith(`${root}${sep}`);
    if (!staysInside) throw new ArchiveError(`its link ${path} leads out of it or nowhere (${target})`);
  }
}
