import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { close, constants, open } from "node:fs";
import { rm } from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * One pipe for stdout and stderr together, so that their lines keep their order. A real one: Node's own are sockets,
 * which a script cannot open again as /dev/stdout or /dev/stderr.
 */
export interface OutputPipe {
  /** For both streams of the child; closed here with `closeWriteEnd` once the child has it. */
  writeEnd: number;
  closeWriteEnd(): void;
  /** Reads from now on, for as long as anything is written. */
  read(onOutput: (bytes: Uint8Array) => void): void;
  /** Resolves when every writer is gone and all is read, or after `limitMs`, when the rest is given up. */
  drain(limitMs: number): Promise<void>;
  /** The last bytes that were read, as text. */
  tail(): string;
}

const TAIL_BYTES = 8192;

/** @throws the system's error when there is no room for a name in the temporary directory, or no file descriptor left */
export async function openOutputPipe(): Promise<OutputPipe> {
  const path = join(tmpdir(), `fettle-output-${randomUUID()}`);
  await promisify(execFile)("mkfifo", ["-m", "600", path]);
  const openFile = promisify(open);
  try {
    // The reader first, not waiting for a writer; then the writer finds it there.
    const readEnd = await openFile(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writeEnd = await openFile(path, constants.O_WRONLY);
    return pipeOf(new Socket({ fd: readEnd, readable: true, writable: false }), writeEnd);
  } finally {
    await rm(path, { force: true });
  }
}

function pipeOf(socket: Socket, writeEnd: number): OutputPipe {
  let tail: Buffer = Buffer.alloc(0);
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => socket.destroy());
  return {
    writeEnd,
    closeWriteEnd: () => close(writeEnd, () => {}),
    read(onOutput) {
      socket.on("data", (bytes: Buffer) => {
        tail = bytes.length >= TAIL_BYTES ? bytes : Buffer.concat([tail, bytes]).subarray(-TAIL_BYTES);
        onOutput(bytes);
      });
    },
    async drain(limitMs) {
      const limit = setTimeout(() => socket.destroy(), limitMs);
      await closed;
      clearTimeout(limit);
    },
    tail: () => tail.subarray(-TAIL_BYTES).toString("utf8"),
  };
}
