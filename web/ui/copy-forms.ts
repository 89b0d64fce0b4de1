/** Forms in which parameters can be taken along; copy-as.ts, loaded when needed, renders them. */
export const FORMS = ["flags", "JSON", "YAML", "env", "Python"] as const;
export type Form = (typeof FORMS)[number];
