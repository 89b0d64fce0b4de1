import { open, stat } from "node:fs/promises";

/** Most bytes read of one file at one look, so that no file can hold the agent up. */
const MAX_READ = 4 << 20;

export interface Tail {
  /** Hands over what was added since the last look. A file that shrank or was replaced is read from its start. */
  read(onChunk: (chunk: Uint8Array) => void, onRestart: () => void): Promise<void>;
}

/** Follows one growing file; one that is not there (yet) is empty. */
export function createTail(path: string): Tail {
  let offset = 0;
  let inode = 0;
  return {
    async read(onChunk, onRestart) {
      const info = await stat(path).catch(() => null);
      if (info === null || !info.isFile()) return;
      if (info.size < offset || (inode !== 0 && info.ino !== inode)) {
        offset = 0;
        onRestart();
      }
      inode = info.ino;
      while (offset < info.size) {
        const chunk = await readAt(path, offset, Math.min(MAX_READ, info.size - offset));
        if (chunk.length === 0) return;
        offset += chunk.length;
        onChunk(chunk);
      }
    },
  };
}

async function readAt(path: string, position: number, length: number): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
