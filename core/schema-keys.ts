import { z } from "zod";

/**
 * The field names that a schema knows at a path: what a mistyped one may have meant. `input` tells which branch of a
 * discriminated union was taken. Empty where the schema is no object.
 */
export function knownKeysAt(schema: z.ZodType, path: readonly PropertyKey[], input: unknown): string[] {
  const { found, input: at } = schemasAt([schema], path, input);
  return [...new Set(found.flatMap((item) => branchesOf(item, at)).flatMap(ownKeys))];
}

/** What a schema says of the value at a path, in its author's words. */
export function descriptionAt(
  schema: z.ZodType,
  path: readonly PropertyKey[],
  input: unknown,
): string | undefined {
  const { found, input: at } = schemasAt([schema], path, input);
  const all = found.flatMap((item) => [item, ...branchesOf(item, at)]);
  return all.find((item) => item.description !== undefined)?.description;
}

function schemasAt(
  schemas: readonly z.ZodType[],
  path: readonly PropertyKey[],
  input: unknown,
): { found: readonly z.ZodType[]; input: unknown } {
  if (path.length === 0) return { found: schemas, input };
  const [key, ...rest] = path as [PropertyKey, ...PropertyKey[]];
  const next =
    typeof input === "object" && input !== null ? (input as Record<PropertyKey, unknown>)[key] : undefined;
  const children = schemas.flatMap((schema) => branchesOf(schema, input)).flatMap((item) => child(item, key));
  return schemasAt(children, rest, next);
}

/** The objects, arrays and records behind wrappers and unions. */
function branchesOf(schema: z.ZodType, input: unknown): z.ZodType[] {
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const { discriminator } = schema.def;
    const options = schema.options as z.ZodType[];
    const tag =
      typeof input === "object" && input !== null
        ? (input as Record<string, unknown>)[discriminator]
        : undefined;
    const taken = options.filter(
      (option) => option instanceof z.ZodObject && option.shape[discriminator]?.safeParse(tag).success,
    );
    return taken.length > 0 ? taken : options;
  }
  if (schema instanceof z.ZodUnion) {
    return (schema.options as z.ZodType[]).flatMap((option) => branchesOf(option, input));
  }
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return branchesOf(schema.def.innerType as z.ZodType, input);
  }
  return [schema];
}

function ownKeys(schema: z.ZodType): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function child(schema: z.ZodType, key: PropertyKey): z.ZodType[] {
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Record<PropertyKey, z.ZodType>;
    return Object.hasOwn(shape, key) ? [shape[key]!] : [];
  }
  if (schema instanceof z.ZodArray) return [schema.element as z.ZodType];
  if (schema instanceof z.ZodRecord) return [schema.valueType as z.ZodType];
  return [];
}
