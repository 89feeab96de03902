/**
 * Checks requests against Meta's nodes as data (facebook/facebook-business-sdk-codegen). An id in an address does not
 * say what it names: a request is right if it is right for one of the nodes that have such an edge.
 */
import type { Checked, Checker } from './check';
import type { RecordedRequest, Shape } from './shapes';

type Param = { readonly name: string; readonly required: boolean; readonly type: string };
type Api = {
  readonly method: string;
  readonly endpoint?: string;
  readonly return?: string;
  readonly params: readonly Param[];
};
export type MetaNode = {
  readonly apis: readonly Api[];
  readonly fields: readonly { readonly name: string; readonly type: string }[];
};
export type MetaSpec = Readonly<Record<string, MetaNode>>;

/** Graph API parameters that every node and edge takes (developers.facebook.com, Graph API, overview and paging). */
const EVERYWHERE = new Set(
  'access_token appsecret_proof fields limit after before since until offset summary order filter format locale pretty debug date_format'.split(
    ' ',
  ),
);

export function metaChecker(spec: MetaSpec): Checker {
  return (request) => {
    const [id, edge, ...more] = placeIn(request.path);
    if (id === undefined || more.length > 0 || NO_NODE.test(id) || NO_NODE.test(edge ?? ''))
      return unknown(`${request.method} /${[id, edge, ...more].filter(Boolean).join('/')}`);
    const name = `${request.method} ${edge === undefined ? '/{id}' : `/{id}/${edge}`}`;
    const tries = Object.values(spec).flatMap((node) =>
      node.apis
        .filter((api) => api.method === request.method && api.endpoint === edge)
        .map((api) => problemsOf(request, api, edge === undefined ? node : spec[api.return ?? ''])),
    );
    const best = tries.reduce<readonly string[] | undefined>(
      (least, one) => (least === undefined || one.length < least.length ? one : least),
      undefined,
    );
    return best === undefined ? unknown(name) : { name, problems: best };
  };
}

/** What comes before the version belongs to the host (a server of a test may be several hosts). */
const placeIn = (path: string): readonly string[] =>
  path
    .replace(/^.*?\/v\d+\.\d+(?=\/|$)/, '')
    .split('/')
    .filter(Boolean);
/** Paths of the Graph API that are no id; `me` is one. */
const NO_NODE = /^(?:oauth|debug_token|access_token|refresh_access_token|app)$/;

const unknown = (name: string): Checked => ({ name, problems: ['unknown path'] });

function problemsOf(
  { query, body }: RecordedRequest,
  { params }: Api,
  node: MetaNode | undefined,
): readonly string[] {
  const sent = new Map([...query, ...(body?.is === 'object' ? Object.entries(body.of) : [])]);
  const known = new Map(params.map((param) => [param.name, param]));
  const missing = params.filter(({ name, required }) => required && !sent.has(name));
  return [
    ...missing.map(({ name }) => `${name}: missing`),
    ...[...sent].flatMap(([name, shape]) => {
      if (name === 'fields') return fieldProblems(shape, node);
      const param = known.get(name);
      if (param) return fits(param.type, shape) ? [] : [`${name}: ${kindOf(shape)} instead of ${param.type}`];
      return EVERYWHERE.has(name) ? [] : [`${name}: unknown`];
    }),
  ];
}

/** Edges may be asked for like fields. */
function fieldProblems(shape: Shape, node: MetaNode | undefined): readonly string[] {
  const word = 'word' in shape ? shape.word : undefined;
  if (word === undefined || node === undefined) return [];
  const known = new Set([
    ...node.fields.map(({ name }) => name),
    ...node.apis.map(({ endpoint }) => endpoint),
  ]);
  return topNames(word)
    .filter((name) => !known.has(name))
    .map((name) => `fields.${name}: unknown`);
}

/** `a,b.limit(2){c,d}` asks for a and b. */
export function topNames(fields: string): readonly string[] {
  let rest = fields;
  for (let shorter = ''; shorter !== rest;) {
    shorter = rest;
    rest = rest.replace(/\{[^{}]*\}|\.\w+\([^()]*\)/g, '');
  }
  return rest.split(',').filter(Boolean);
}

const kindOf = (shape: Shape): string => (shape.is === 'text' ? (shape.looks ?? 'text') : shape.is);

/** Types that are names of nodes or lists of choices are not described in the data: any value may be right. */
function fits(type: string, shape: Shape): boolean {
  const kind = kindOf(shape);
  const json = shape.is === 'text' ? shape.json : shape;
  if (type.startsWith('list')) return json?.is === 'array' || shape.is === 'text';
  switch (type) {
    case 'string':
    case 'datetime':
      return !['array', 'object', 'file', 'null'].includes(kind);
    case 'bool':
      return kind === 'boolean' || kind === 'integer';
    case 'int':
    case 'unsigned int':
      return kind === 'integer' || (shape.is === 'string' && shape.word === undefined);
    case 'float':
      return kind === 'integer' || kind === 'number';
    case 'map':
    case 'Object':
      return json?.is === 'object' || json?.is === 'array';
    case 'file':
      return kind === 'file';
    default:
      return true;
  }
}
