import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Header, type HeaderData } from "tar";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { packCheckpoint, unpackCheckpoint } from "../../agents/checkpoint-archive.ts";
import { contents, write } from "../support/checkpoint-bench.ts";

let root: string;
let source: string;
let target: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "fettle-archive-"));
  source = join(root, "source");
  target = join(root, "outer", "target");
  mkdirSync(source);
  writeFileSync(join(root, "secret"), "secret");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const MAX = 100_000;
const pack = (maxBytes = MAX) =>
  packCheckpoint(source, join(root, "archive"), maxBytes, new AbortController().signal);
async function* inParts(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let offset = 0; offset < bytes.length; offset += 77) yield bytes.subarray(offset, offset + 77);
}
const unpack = (bytes: Buffer) => unpackCheckpoint(inParts(bytes), target, MAX);

/** An archive as no honest agent makes it. */
function forged(...entries: (Partial<HeaderData> & { text?: string })[]): Buffer {
  const blocks = entries.map(({ text = "", ...data }) => {
    const size = Buffer.byteLength(text);
    const header = new Header({ mode: 0o644, mtime: new Date(0), type: "File", size, ...data });
    const block = Buffer.alloc(512 + Math.ceil(size / 512) * 512);
    header.encode(block, 0);
    block.write(text, 512);
    return block;
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

describe("an archive", () => {
  test("brings files, directories, inner links and hard links through", async () => {
    write(source, { "a/b/c.bin": "x".repeat(3000), "empty.txt": "" });
    symlinkSync("a/b", join(source, "latest"));
    linkSync(join(source, "a/b/c.bin"), join(source, "same.bin"));
    const length = await pack();
    const bytes = readFileSync(join(root, "archive"));
    expect(bytes).toHaveLength(length);
    await unpack(bytes);
    expect(contents(target)).toEqual(contents(source));
  });

  test("longer than allowed is not made", async () => {
    write(source, { a: Array.from({ length: 2000 }, (_, index) => Math.sin(index)).join() });
    await expect(pack(500)).rejects.toThrow("larger than 500 bytes");
  });

  test.each([
    ["a link out of the directory", () => symlinkSync("../secret", join(source, "l"))],
    ["an absolute link", () => symlinkSync(join(source, "x"), join(source, "l"))],
    ["a link to nothing", () => symlinkSync("missing", join(source, "l"))],
  ])("is not made of a directory with %s", async (_, spoil) => {
    write(source, { x: "1" });
    spoil();
    await expect(pack()).rejects.toThrow("leads out of it or nowhere");
  });

  test("is not made of a directory with a socket", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(source, "s"), resolve));
    await expect(pack()).rejects.toThrow("neither file nor directory");
    server.close();
  });
});

describe("a forged archive is refused", () => {
  test.each<[string, Buffer]>([
    ["that climbs", forged({ path: "../evil", text: "x" })],
    ["that climbs from within", forged({ path: "a/../../evil", text: "x" })],
    ["with an absolute path", forged({ path: "/tmp/fettle-evil", text: "x" })],
    ["with a link out", forged({ path: "l", type: "SymbolicLink", linkpath: "../../secret" })],
    ["with an absolute link", forged({ path: "l", type: "SymbolicLink", linkpath: "/etc/passwd" })],
    [
      "with links that lead out together",
      forged(
        { path: "a", type: "SymbolicLink", linkpath: "." },
        { path: "b", type: "SymbolicLink", linkpath: "a/.." },
      ),
    ],
    [
      "that writes through a link",
      forged({ path: "d", type: "SymbolicLink", linkpath: ".." }, { path: "d/evil", text: "x" }),
    ],
    ["with a hard link to what is not in it", forged({ path: "l", type: "Link", linkpath: "../../secret" })],
    ["with a device", forged({ path: "d", type: "CharacterDevice", devmaj: 1, devmin: 3 })],
    ["with a pipe", forged({ path: "p", type: "FIFO" })],
    ["that unpacks to more than is allowed", forged({ path: "big", text: "x".repeat(MAX + 1) })],
    ["that is no archive", Buffer.from("not gzip at all, but a longish text for a stream to look at")],
    ["that is cut", forged({ path: "a", text: "x".repeat(5000) }).subarray(0, 60)],
  ])("%s", async (_, bytes) => {
    await expect(unpack(bytes)).rejects.toThrow();
    expect(contents(root)).not.toHaveProperty("outer/evil");
    expect(contents(root)).not.toHaveProperty("evil");
    expect(Object.values(contents(target))).not.toContain("secret");
    expect(readFileSync(join(root, "secret"), "utf8")).toBe("secret");
  });
});
