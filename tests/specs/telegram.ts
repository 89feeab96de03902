/** Checks requests against the Bot API as data (PaulSonOfLars/telegram-bot-api-spec). */
import type { Checker } from './check';
import type { RecordedRequest, Shape } from './shapes';

type Field = { readonly name: string; readonly types: readonly string[]; readonly required: boolean };
type Type = { readonly fields?: readonly Field[]; readonly subtypes?: readonly string[] };
export type TelegramSpec = {
  readonly methods: Readonly<Record<string, { readonly fields?: readonly Field[] }>>;
  readonly types: Readonly<Record<string, Type>>;
};

/** Files are fetched from an address below the API that is no method. */
const DOWNLOAD = /^\/file\/bot:token\/.+/;

export function telegramChecker(spec: TelegramSpec): Checker {
  const byName = new Map(Object.keys(spec.methods).map((name) => [name.toLowerCase(), name]));
  return (request) => {
    if (DOWNLOAD.test(request.path)) return { name: 'a download', problems: [] };
    const called = /^\/bot:token\/(\w+)$/.exec(request.path)?.[1];
    const name = byName.get((called ?? '').toLowerCase());
    if (name === undefined)
      return { name: `${request.method} ${request.path}`, problems: ['unknown method'] };
    const problems = checkFields(spec.methods[name]?.fields ?? [], sentWith(request), '', spec);
    return { name, problems };
  };
}

/** What is in the address and what is in the body are the same to the network. */
const sentWith = ({ query, body }: RecordedRequest): ReadonlyMap<string, Shape> =>
  new Map([...query, ...(body?.is === 'object' ? Object.entries(body.of) : [])]);

function checkFields(
  fields: readonly Field[],
  sent: ReadonlyMap<string, Shape>,
  at: string,
  spec: TelegramSpec,
): readonly string[] {
  const known = new Map(fields.map((field) => [field.name, field]));
  const missing = fields.filter(({ name, required }) => required && !sent.has(name));
  const attached = (name: string, shape: Shape) => shape.is === 'file' && !known.has(name);
  return [
    ...missing.map(({ name }) => `${at}${name}: missing`),
    ...[...sent].flatMap(([name, shape]) => {
      const field = known.get(name);
      // A file that another field refers to by attach://name.
      if (attached(name, shape)) return [];
      return field ? checkTypes(field.types, shape, `${at}${name}`, spec) : [`${at}${name}: unknown`];
    }),
  ];
}

function checkTypes(
  types: readonly string[],
  shape: Shape,
  at: string,
  spec: TelegramSpec,
): readonly string[] {
  const tries = types.map((type) => checkType(type, shape, at, spec));
  return tries.reduce((best, one) => (one.length < best.length ? one : best));
}

const plain: Readonly<Record<string, (kind: string) => boolean>> = {
  Integer: (kind) => kind === 'integer',
  Float: (kind) => kind === 'integer' || kind === 'number',
  Boolean: (kind) => kind === 'boolean',
  String: (kind) => kind === 'string' || kind === 'text',
  InputFile: (kind) => kind === 'file',
};

function checkType(type: string, shape: Shape, at: string, spec: TelegramSpec): readonly string[] {
  const kind = shape.is === 'text' ? (shape.looks ?? 'text') : shape.is;
  const wrong = [`${at}: ${kind} instead of ${type}`];
  const simple = plain[type];
  if (simple) return simple(kind) || (type === 'String' && shape.is === 'text') ? [] : wrong;
  const inner = shape.is === 'text' ? shape.json : shape;
  if (!inner) return wrong;
  const item = /^Array of (.+)$/.exec(type)?.[1];
  if (item !== undefined)
    return inner.is === 'array' ? inner.of.flatMap((one) => checkType(item, one, `${at}[]`, spec)) : wrong;
  const known = spec.types[type];
  if (known?.subtypes?.length) return checkTypes(known.subtypes, inner, at, spec);
  if (inner.is !== 'object') return wrong;
  return known?.fields ? checkFields(known.fields, new Map(Object.entries(inner.of)), `${at}.`, spec) : [];
}
