/** Checks the shape of a value against a JSON schema as OpenAPI 3.0 and 3.1 write it. */
import type { Shape } from './shapes';

export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
};
export type Resolve = (ref: string) => unknown;

/** What is wrong, each with its place; empty: nothing. */
export function checkSchema(schema: Schema, shape: Shape, at: string, resolve: Resolve): readonly string[] {
  const { whole, branches } = flatten(schema, resolve);
  if (branches.length > 0) {
    const tries = branches.map((branch) =>
      checkSchema(merged(whole, flat(branch, resolve)), shape, at, resolve),
    );
    return tries.reduce((best, one) => (one.length < best.length ? one : best));
  }
  return checkOne(whole, shape, at, resolve);
}

/** One schema for all that must hold together, and the alternatives of which one must. */
function flatten(schema: Schema, resolve: Resolve): { whole: Schema; branches: readonly Schema[] } {
  const { $ref, allOf = [], oneOf, anyOf, ...own } = schema;
  const parts = [...($ref === undefined ? [] : [resolve($ref) as Schema]), ...allOf].map((part) =>
    flatten(part, resolve),
  );
  const whole = parts.reduce((all, part) => merged(all, part.whole), own as Schema);
  const lists = [oneOf ?? anyOf ?? [], ...parts.map(({ branches }) => branches)].filter(
    (list) => list.length > 0,
  );
  const [first = [], ...more] = lists;
  const branches = more.reduce<readonly Schema[]>(
    (all, list) => all.flatMap((one) => list.map((two) => merged(flat(one, resolve), flat(two, resolve)))),
    first,
  );
  return { whole, branches };
}

const flat = (schema: Schema, resolve: Resolve): Schema => {
  const { whole, branches } = flatten(schema, resolve);
  return branches.length === 0 ? whole : { ...whole, oneOf: branches };
};

const merged = (a: Schema, b: Schema): Schema => ({
  ...a,
  ...b,
  ...((a.properties ?? b.properties) && { properties: { ...a.properties, ...b.properties } }),
  required: [...(a.required ?? []), ...(b.required ?? [])],
});

function checkOne(schema: Schema, shape: Shape, at: string, resolve: Resolve): readonly string[] {
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (shape.is === 'null')
    return types.length === 0 || types.includes('null') || schema.nullable ? [] : [`${at}: null`];
  const choices = schema.const === undefined ? schema.enum : [schema.const];
  const word = 'word' in shape ? shape.word : undefined;
  const isText = types.length === 0 || types.includes('string');
  if (choices && word !== undefined && isText && !choices.includes(word))
    return [`${at}: ${word} is none of ${choices.map(String).join(', ')}`];
  if (types.length === 0) return schema.properties ? checkObject(schema, shape, at, resolve) : [];
  const tries = types.map((type) => checkType(type, schema, shape, at, resolve));
  return tries.reduce((best, one) => (one.length < best.length ? one : best));
}

function checkType(
  type: string,
  schema: Schema,
  shape: Shape,
  at: string,
  resolve: Resolve,
): readonly string[] {
  const wrong = [`${at}: ${shape.is === 'text' ? (shape.looks ?? 'text') : shape.is} instead of ${type}`];
  const kind = shape.is === 'text' ? (shape.looks ?? 'text') : shape.is;
  switch (type) {
    case 'string':
      return ['string', 'file'].includes(shape.is) || shape.is === 'text' ? [] : wrong;
    case 'integer':
      return kind === 'integer' ? [] : wrong;
    case 'number':
      return kind === 'integer' || kind === 'number' ? [] : wrong;
    case 'boolean':
      return kind === 'boolean' ? [] : wrong;
    case 'array':
      return checkArray(schema, shape, at, resolve) ?? wrong;
    case 'object':
      return checkObject(schema, shape, at, resolve);
    default:
      return wrong;
  }
}

/** In an address a list is one name with several values, or one value with commas. */
function checkArray(
  { items = {} }: Schema,
  shape: Shape,
  at: string,
  resolve: Resolve,
): readonly string[] | undefined {
  if (shape.is === 'array') return shape.of.flatMap((one) => checkSchema(items, one, `${at}[]`, resolve));
  if (shape.is !== 'text') return undefined;
  if (shape.json) return checkArray({ items }, shape.json, at, resolve);
  const parts = shape.word?.split(',').map((word) => ({ ...shape, word })) ?? [shape];
  return parts.flatMap((one) => checkSchema(items, one, `${at}[]`, resolve));
}

function checkObject(schema: Schema, shape: Shape, at: string, resolve: Resolve): readonly string[] {
  if (shape.is === 'text' && shape.json) return checkObject(schema, shape.json, at, resolve);
  if (shape.is !== 'object') return [`${at}: ${shape.is} instead of object`];
  const { properties, additionalProperties: others } = schema;
  const missing = (schema.required ?? [])
    .filter((name) => !(name in shape.of))
    .map((name) => `${at}.${name}: missing`);
  const wrong = Object.entries(shape.of).flatMap(([name, value]) => {
    const place = `${at}.${name}`;
    const known = properties?.[name];
    if (known) return checkSchema(known, value, place, resolve);
    if (typeof others === 'object') return checkSchema(others, value, place, resolve);
    // A name that the specification does not know is a mistake here, although JSON schema lets it pass.
    return others === true || properties === undefined ? [] : [`${place}: unknown`];
  });
  return [...new Set([...missing, ...wrong])];
}
