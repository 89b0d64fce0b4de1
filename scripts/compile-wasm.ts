import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const SOURCES = fileURLToPath(new URL("../math/wasm/assembly", import.meta.url));

const OPTIONS = [
  ...["--optimizeLevel", "3", "--shrinkLevel", "0", "--converge", "--noAssert"],
  // Fixed-width vectors have exact results on every machine; the relaxed ones would be faster and differ.
  ...["--enable", "simd", "--runtime", "stub", "--use", "abort="],
  // Vectors are passed between functions of the kernel, never to the host.
  ...["--disableWarning", "112"],
];

/** The bytes of the kernel. The same sources give the same bytes on every machine. */
export async function compileKernel(): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    ["index.ts", "--baseDir", SOURCES, "--outFile", "kernel.wasm", ...OPTIONS],
    {
      writeFile: (name, contents) => {
        if (name === "kernel.wasm" && typeof contents !== "string") binary = contents;
      },
    },
  );
  if (error !== null || binary === undefined) throw new Error(`asc failed: ${stderr.toString()}`);
  return binary;
}

/** The module that carries the bytes. */
export function renderModule(binary: Uint8Array): string {
  return [
    "// Written by `npm run build:wasm` from math/wasm/assembly. Do not edit.",
    "",
    "/** The compiled kernel, in base64. */",
    "export const KERNEL =",
    `  "${Buffer.from(binary).toString("base64")}";`,
    "",
  ].join("\n");
}
