/** Fields, nested edges and cursors, as the Graph API reads and shows them. */
import { graphError, isFailure, ok, type GraphReply } from './kit';

/** `comments.filter(stream).limit(5){id,from{name}}` as its parts. */
export type FieldSpec = {
  readonly name: string;
  readonly args: Readonly<Record<string, string>>;
  readonly fields: readonly FieldSpec[];
};

export function parseFields(text: string): readonly FieldSpec[] {
  const found: { name: string; args: Record<string, string>; fields: readonly FieldSpec[] }[] = [];
  for (const part of splitAt(text)) {
    const [, head = '', inner = ''] = /^([^{]*)(?:\{(.*)\})?$/s.exec(part) ?? [];
    const name = /^\w+/.exec(head)?.[0] ?? '';
    const args = Object.fromEntries(
      [...head.matchAll(/\.(\w+)\(([^)]*)\)/g)].map(([, key, value]) => [key, value]),
    );
    found.push({ name, args, fields: inner === '' ? [] : parseFields(inner) });
  }
  return found;
}

function splitAt(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  [...text].forEach((char, at) => {
    if ('{('.includes(char)) depth += 1;
    if ('})'.includes(char)) depth -= 1;
    if (char === ',' && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  });
  return [...parts, text.slice(from)].map((part) => part.trim()).filter((part) => part !== '');
}

/** A node's fields by name; what is asked for and not known is refused as Meta refuses it. */
export type GraphNode = Readonly<Record<string, (spec: FieldSpec) => unknown>>;

export function selectFields(
  type: string,
  node: GraphNode,
  asked: readonly FieldSpec[],
): object | GraphReply {
  const body: Record<string, unknown> = {};
  for (const spec of asked.length > 0 ? asked : parseFields('id')) {
    const field = node[spec.name];
    if (!field)
      return graphError(
        100,
        `(#100) Tried accessing nonexisting field (${spec.name}) on node type (${type})`,
      );
    const value = field(spec);
    if (isFailure(value)) return value;
    if (value !== undefined) body[spec.name] = value;
  }
  if (node.id && body.id === undefined) body.id = node.id({ name: 'id', args: {}, fields: [] });
  return body;
}

/** One page of an edge with opaque cursors. */
export function pageOf<T>(
  all: readonly T[],
  place: { readonly limit?: string; readonly after?: string },
  idOf: (item: T) => string,
  show: (item: T) => object | GraphReply,
): object | GraphReply {
  const limit = Math.min(Number(place.limit ?? 25), 100);
  const after =
    place.after === undefined ? undefined : Buffer.from(place.after, 'base64url').toString('utf8');
  const from = after === undefined ? 0 : all.findIndex((item) => idOf(item) === after) + 1;
  if (after !== undefined && from === 0) return graphError(100, '(#100) Invalid cursor');
  const items = all.slice(from, from + limit);
  const data = items.map(show);
  const failed = data.find(isFailure);
  if (failed) return failed;
  const last = items.at(-1);
  if (last === undefined) return { data };
  const cursors = { before: 'x', after: Buffer.from(idOf(last)).toString('base64url') };
  // The address carries the token, as Meta's does: it must not be used or told.
  const next = 'https://graph.facebook.com/next?access_token=must-not-be-used';
  return { data, paging: { cursors, ...(from + limit < all.length && { next }) } };
}

export const reply = (body: object | GraphReply): GraphReply => (isFailure(body) ? body : ok(body));
