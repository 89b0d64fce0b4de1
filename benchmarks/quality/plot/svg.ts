/** Elements of SVG as text. */

export type Attributes = Readonly<Record<string, string | number>>;

/** @param children elements, or text that was escaped. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeText(shorten(value))}"`);
  const start = `<${name}${given.join("")}`;
  return children.length === 0 ? `${start}/>` : `${start}>${children.join("")}</${name}>`;
}

export function label(text: string, attributes: Attributes): string {
  return element("text", attributes, escapeText(text));
}

/** A path through the points; empty of none. */
export function path(points: readonly (readonly [x: number, y: number])[], attributes: Attributes): string {
  const d = points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${shorten(x)} ${shorten(y)}`).join("");
  return points.length === 0 ? "" : element("path", { d, fill: "none", ...attributes });
}

/** A picture without background, in ink that reads on white and on black. */
export function drawing(width: number, height: number, title: string, children: readonly string[]): string {
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${width} ${height}`,
    ...{ width, height, role: "img", "font-family": "system-ui, sans-serif", "font-size": 12, fill: INK },
  };
  return `${element("svg", attributes, element("title", {}, escapeText(title)), ...children)}\n`;
}

/** Contrast of at least 4 with both. */
export const INK = "#768390";
export const FAINT = { stroke: INK, "stroke-opacity": "0.25" } as const;

/** A tenth of a pixel is below what is seen, and keeps the committed files small. */
function shorten(value: string | number): string {
  return typeof value === "number" ? String(Math.round(value * 10) / 10) : value;
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
