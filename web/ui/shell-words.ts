/** An argv as one line for a shell, and back. Placeholders ({{args}}) need no quotes in a specification. */

const PLAIN = /^[A-Za-z0-9_@%+=:,./{}-]+$/;
const PLAIN_IN_SHELL = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** As it is typed into the form. */
export function joinWords(argv: readonly string[]): string {
  return argv.map((word) => (PLAIN.test(word) ? word : quoted(word))).join(" ");
}

/** As it can be pasted into a POSIX shell. */
export function shellText(argv: readonly string[]): string {
  return argv.map((word) => (PLAIN_IN_SHELL.test(word) ? word : quoted(word))).join(" ");
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

const WORD_PART = /'([^']*)'?|"((?:[^"\\]|\\.)*)"?|\\(.)|([^\s'"\\]+)|\s+|\\$/gs;

/** The words of a line: '…' as it stands, "…" with \" and \\, and \ before a single character. An open quote ends with the line. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (const [all, single, double, escaped, plain] of line.matchAll(WORD_PART)) {
    const part = single ?? double?.replace(/\\(["\\])/g, "$1") ?? escaped ?? plain;
    if (part !== undefined) word = (word ?? "") + part;
    else if (all.trim() === "" && word !== null) {
      words.push(word);
      word = null;
    }
  }
  return word === null ? words : [...words, word];
}
