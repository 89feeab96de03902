/** What a request is made of, without what it says: names and kinds of values, as far as specifications speak of them. */
export type Shape =
  | { readonly is: 'null' | 'boolean' | 'integer' | 'number' | 'file' }
  /** A string of JSON. `word` is the value itself where it can only be a name out of a list. */
  | { readonly is: 'string'; readonly word?: string }
  /** A value in an address or a form, where everything is text. */
  | {
      readonly is: 'text';
      readonly word?: string;
      readonly looks?: 'boolean' | 'integer' | 'number';
      readonly json?: Shape;
    }
  | { readonly is: 'array'; readonly of: readonly Shape[] }
  | { readonly is: 'object'; readonly of: Readonly<Record<string, Shape>> };

export type Sent = readonly (readonly [name: string, shape: Shape])[];

/** One request that a connector made: no secret and no sentence is in it. */
export type RecordedRequest = {
  readonly network: string;
  readonly test: string;
  readonly method: string;
  readonly path: string;
  readonly query: Sent;
  /** Without its parameters; null where there is no body. */
  readonly contentType: string | null;
  readonly body: Shape | null;
};

/** Names out of lists are single words without digits, which tokens of the tests have; or such words with commas. */
const WORDS = /^[A-Za-z_.]{1,40}(?:,[A-Za-z_.]{1,40}){0,40}$/;
/** Lists of fields, with what is asked for inside them. */
const FIELDS = /^[\w.,{}()]{1,2000}$/;
const FIELD_LISTS = /^(?:fields|metric|expansions|[a-z_]+\.fields)$/;
const SECRET = /token|secret|password|code|key|proof|signature/i;

function wordOf(value: string, name: string): { readonly word?: string } {
  if (SECRET.test(name)) return {};
  const pattern = FIELD_LISTS.test(name) ? FIELDS : WORDS;
  return pattern.test(value) ? { word: value } : {};
}

export function shapeOf(value: unknown, name = ''): Shape {
  if (value === null) return { is: 'null' };
  if (typeof value === 'string') return { is: 'string', ...wordOf(value, name) };
  if (typeof value === 'boolean') return { is: 'boolean' };
  if (typeof value === 'number') return { is: Number.isInteger(value) ? 'integer' : 'number' };
  if (Array.isArray(value)) {
    const kinds = new Map(value.map((one) => shapeOf(one, name)).map((one) => [JSON.stringify(one), one]));
    return { is: 'array', of: [...kinds.values()] };
  }
  const entries = Object.entries(value as object).map(([key, one]) => [key, shapeOf(one, key)] as const);
  return { is: 'object', of: Object.fromEntries(entries) };
}

export function textShapeOf(value: string, name: string): Shape {
  const looks = /^(?:true|false)$/.test(value)
    ? 'boolean'
    : /^-?\d+$/.test(value)
      ? 'integer'
      : /^-?\d+\.\d+$/.test(value)
        ? 'number'
        : undefined;
  const json = /^[[{]/.test(value) ? parsed(value) : undefined;
  return {
    is: 'text',
    ...wordOf(value, name),
    ...(looks && { looks }),
    ...(json !== undefined && { json: shapeOf(json) }),
  };
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A body as the platform is given it. What is no known form has no shape. */
export function bodyShape(body: unknown, contentType: string): Shape | null {
  if (body === undefined || body === null) return null;
  if (body instanceof URLSearchParams) return formShape([...body]);
  if (body instanceof FormData)
    return objectOf(
      [...body].map(([name, value]) => [
        name,
        typeof value === 'string' ? textShapeOf(value, name) : ({ is: 'file' } as const),
      ]),
    );
  const bytes =
    typeof body === 'string' ? Buffer.from(body) : body instanceof Uint8Array ? Buffer.from(body) : null;
  if (bytes === null) return { is: 'file' };
  if (contentType.includes('json')) return shapeOf(parsed(bytes.toString('utf8')) ?? null);
  if (contentType.startsWith('application/x-www-form-urlencoded'))
    return formShape([...new URLSearchParams(bytes.toString('utf8'))]);
  if (contentType.startsWith('multipart/')) return multipartShape(bytes, contentType);
  return { is: 'file' };
}

const formShape = (entries: readonly (readonly [string, string])[]): Shape =>
  objectOf(entries.map(([name, value]) => [name, textShapeOf(value, name)]));

const objectOf = (entries: Sent): Shape => ({ is: 'object', of: Object.fromEntries(entries) });

function multipartShape(bytes: Buffer, contentType: string): Shape {
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1] ?? '';
  const parts = bytes.toString('latin1').split(`--${boundary}`).slice(1, -1);
  const entries = parts.map((part): readonly [string, Shape] => {
    const end = part.indexOf('\r\n\r\n');
    const head = part.slice(0, end);
    const name = /\bname="([^"]*)"/.exec(head)?.[1] ?? '';
    if (/\bfilename=/.test(head)) return [name, { is: 'file' }];
    const text = Buffer.from(part.slice(end + 4).replace(/\r\n$/, ''), 'latin1').toString('utf8');
    return [name, textShapeOf(text, name)];
  });
  return objectOf(entries);
}
