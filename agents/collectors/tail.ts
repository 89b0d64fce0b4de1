import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** Most bytes read of one file at once. */
const MAX_READ = 1 << 20;
/** So much of what was read last is compared, to notice a file that was written anew and has outgrown its old self. */
const PRINT_BYTES = 64;

export interface TailHandlers {
  /** `stale`: written before the attempt began. */
  onBytes: (bytes: Buffer, stale: boolean) => void;
  /** The file was replaced, cut or written anew: it is read from its start. */
  onRestart: () => void;
}

export interface Tail {
  /** Hands over what was added since the last read. */
  read(handlers: TailHandlers): Promise<void>;
}

/** Follows one growing file; one that is not there (yet), or is no regular file, is empty. */
export function createTail(path: string, startedMs: number): Tail {
  let offset = 0;
  let inode: number | null = null;
  let staleEnd = 0;
  let print: Buffer = Buffer.alloc(0);

  async function changed(file: FileHandle, size: number, ino: number): Promise<boolean> {
    if (size < offset || ino !== inode) return true;
    if (size === offset) return false;
    return !(await readAt(file, offset - print.length, print.length)).equals(print);
  }

  async function follow(file: FileHandle, { onBytes, onRestart }: TailHandlers): Promise<void> {
    const { size, ino, mtimeMs } = await file.stat();
    if (inode === null) staleEnd = mtimeMs < startedMs ? size : 0;
    else if (await changed(file, size, ino)) {
      offset = 0;
      staleEnd = 0;
      print = Buffer.alloc(0);
      onRestart();
    }
    inode = ino;
    while (offset < size) {
      const stale = offset < staleEnd;
      const end = stale ? Math.min(size, staleEnd) : size;
      const bytes = await readAt(file, offset, Math.min(MAX_READ, end - offset));
      if (bytes.length === 0) return;
      offset += bytes.length;
      print = Buffer.concat([print, bytes.subarray(-PRINT_BYTES)]).subarray(-PRINT_BYTES);
      onBytes(bytes, stale);
    }
  }

  return {
    async read(handlers) {
      // Not waiting for the writer of a FIFO, should there be one.
      const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null);
      if (file === null) return;
      try {
        if ((await file.stat()).isFile()) await follow(file, handlers);
      } finally {
        await file.close();
      }
    },
  };
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
