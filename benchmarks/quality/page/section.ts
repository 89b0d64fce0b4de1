import type { Picture } from "../figures.ts";

/** A part of the report: Markdown, and the pictures that it shows. */
export interface Section {
  text: string;
  pictures: readonly Picture[];
}

/** Paragraphs with an empty line between; those that are null are left out. */
export function section(paragraphs: readonly (string | null)[], pictures: readonly Picture[] = []): Section {
  return { text: paragraphs.filter((paragraph) => paragraph !== null).join("\n\n"), pictures };
}

export function imageOf({ file, title }: Picture): string {
  return `![${title}](quality/${file})`;
}
