/** Colours of medium lightness, to be told apart on white and on black. */
const COLORS = [
  "#d1495b",
  "#808890",
  "#a8a13a",
  "#3b82c4",
  "#3f9b52",
  "#e07b2a",
  "#8e6bbf",
  "#2a9d9d",
  "#9a6b4f",
  "#d46aa8",
];

export interface Look {
  color: string;
  dashed: boolean;
}

/** The look of each method, the same in every picture that is made of the same lists; peers are dashed. */
export function looksOf(methods: readonly string[], peers: readonly string[]): (method: string) => Look {
  const own = methods.filter((method) => !peers.includes(method));
  return (method) => {
    const dashed = peers.includes(method);
    const position = (dashed ? peers : own).indexOf(method);
    return { color: COLORS[Math.max(0, position) % COLORS.length]!, dashed };
  };
}
