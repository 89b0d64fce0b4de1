import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { joinWords, shellText, splitWords } from "../../web/ui/shell-words.ts";

const word = fc.string().filter((text) => !text.includes("\0"));

test("a command typed in one line reads back as the same arguments", () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 5 }), (argv) => {
      expect(splitWords(joinWords(argv))).toEqual(argv);
    }),
  );
});

test("quotes and backslashes are read as a shell reads them", () => {
  expect(splitWords(`python 'my train.py' --out="a \\"b\\"" c\\ d {{args}} ''`)).toEqual([
    "python",
    "my train.py",
    '--out=a "b"',
    "c d",
    "{{args}}",
    "",
  ]);
  expect(splitWords("echo 'not closed")).toEqual(["echo", "not closed"]);
});

test("what is copied means the same arguments to a shell", () => {
  const argv = [
    "it's",
    "a b",
    "$HOME",
    "{{trial_dir}}",
    "*",
    "--x=-1",
    "",
    "ümlaut\nline",
    '"',
    "\\",
    "!x",
    "~",
  ];
  const script = `printf '%s\\0' ${shellText(argv)}`;
  const printed = execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" });
  expect(printed.split("\0").slice(0, -1)).toEqual(argv);
});
