import type { z } from 'zod';

/** What the walk needs to see of a zod schema. */
type Def = {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly keyType?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly catchall?: z.ZodType;
  readonly options?: readonly z.ZodType[];
};
const defOf = (schema: z.ZodType): Def => schema.def;
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wrappers = new Set(['optional', 'nullable', 'default', 'prefault', 'readonly', 'nonoptional', 'catch']);
const unwrap = (schema: z.ZodType): z.ZodType => {
  const { type, innerType } = defOf(schema);
  return wrappers.has(type) && innerType ? unwrap(innerType) : schema;
};
const optionFor = (schema: z.ZodType, value: unknown): z.ZodType | undefined =>
  defOf(schema).options?.find((option) => option.safeParse(value).success);

type Path = readonly (string | number)[];
/** One place of an input: its schema as the contract has it, and whether a call may leave it out. */
type Place = { readonly path: Path; readonly schema: z.ZodType; readonly required: boolean };

/** Every place of `schema`, following `value` into arrays, records and the option of a union that it takes. */
export function placesOf(schema: z.ZodType, value: unknown, path: Path = []): readonly Place[] {
  const inner = unwrap(schema);
  const { type, shape, element, valueType } = defOf(inner);
  const into = (key: string | number, field: z.ZodType, at: unknown, required: boolean): readonly Place[] => [
    { path: [...path, key], schema: field, required },
    ...(at === undefined || at === null ? [] : placesOf(field, at, [...path, key])),
  ];
  if (type === 'object' && shape && isRecord(value))
    return Object.entries(shape).flatMap(([key, field]) =>
      into(key, field, value[key], !field.safeParse(undefined).success),
    );
  if (type === 'array' && element && Array.isArray(value) && value.length > 0)
    return into(0, element, value[0], false);
  if (type === 'record' && valueType && isRecord(value))
    return Object.entries(value).flatMap(([key, at]) => into(key, valueType, at, false));
  if (type === 'union') {
    const option = optionFor(inner, value);
    return option ? placesOf(option, value, path) : [];
  }
  return [];
}

/** A copy of `value` with `next` at `path`, or without that place. */
export function withPlace(
  value: unknown,
  path: Path,
  next: { readonly value: unknown } | 'left out',
): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return next === 'left out' ? undefined : next.value;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<
    string | number,
    unknown
  >;
  if (rest.length === 0 && next === 'left out') delete copy[key];
  else copy[key] = withPlace(copy[key], rest, next);
  return copy;
}

/** Values of every kind that some field refuses. */
const strange: readonly unknown[] = [
  undefined,
  null,
  42,
  -1,
  0.5,
  1e17,
  Number.NaN,
  true,
  '',
  'no such value',
  '../../etc/passwd',
  'x'.repeat(20_001),
  [],
  ['no such value'],
  {},
  () => 'a function',
];
/** Those of the strange values that a place must refuse. */
export const refusedBy = ({ schema }: Place): readonly unknown[] =>
  strange.filter((value) => !schema.safeParse(value).success);

/** Places of an output that let through what the contract does not name. */
export function openPlaces(schema: z.ZodType, path: Path = []): readonly string[] {
  const inner = unwrap(schema);
  const { type, shape, catchall, element, options, keyType, valueType } = defOf(inner);
  const here = path.join('.');
  switch (type) {
    case 'object':
      return [
        ...(catchall && defOf(catchall).type !== 'never' ? [here] : []),
        ...Object.entries(shape ?? {}).flatMap(([key, field]) => openPlaces(field, [...path, key])),
      ];
    case 'array':
      return element ? openPlaces(element, path) : [here];
    case 'union':
      return (options ?? []).flatMap((option) => openPlaces(option, path));
    case 'record':
      return keyType && valueType && defOf(keyType).type === 'enum' ? openPlaces(valueType, path) : [here];
    case 'string':
    case 'number':
    case 'boolean':
    case 'enum':
    case 'literal':
    case 'void':
    case 'null':
      return [];
    default:
      return [here];
  }
}

/** A copy of `value` with `extra` in every object that the schema closes. */
export function withExtra(
  schema: z.ZodType,
  value: unknown,
  extra: Readonly<Record<string, unknown>>,
): unknown {
  const inner = unwrap(schema);
  const { type, shape, element } = defOf(inner);
  if (type === 'object' && shape && isRecord(value)) {
    const fields = Object.entries(value).map(([key, at]) => {
      const field = shape[key];
      return [key, field ? withExtra(field, at, extra) : at];
    });
    return { ...Object.fromEntries(fields), ...extra };
  }
  if (type === 'array' && element && Array.isArray(value))
    return value.map((at) => withExtra(element, at, extra));
  if (type === 'union') {
    const option = optionFor(inner, value);
    return option ? withExtra(option, value, extra) : value;
  }
  return value;
}
