/** Checks requests against OpenAPI 3.0 and 3.1 (JSON). */
import type { Checker } from './check';
import { checkSchema, type Resolve, type Schema } from './schema';
import type { RecordedRequest, Shape } from './shapes';

type Parameter = {
  readonly $ref?: string;
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
};
type Body = {
  readonly $ref?: string;
  readonly required?: boolean;
  readonly content: Readonly<Record<string, { readonly schema?: Schema }>>;
};
type Operation = {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Body;
};
export type OpenApi = {
  readonly openapi: string;
  readonly servers?: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components?: unknown;
};

export function openApiChecker(spec: OpenApi): Checker {
  const resolve: Resolve = (ref) => {
    const steps = ref
      .replace(/^#\//, '')
      .split('/')
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    return steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], spec);
  };
  const follow = <T extends { readonly $ref?: string }>(value: T): T =>
    value.$ref === undefined ? value : (resolve(value.$ref) as T);
  const bases = (spec.servers ?? []).map(({ url }) =>
    url.replace(/^[a-z]+:\/\/[^/]+/, '').replace(/\/$/, ''),
  );
  const templates = Object.keys(spec.paths)
    .map((template) => ({ template, pattern: patternOf(template), holes: template.split('{').length }))
    .sort((a, b) => a.holes - b.holes);

  const find = (path: string): string | undefined => {
    const below = bases.filter((base) => base !== '' && path.includes(`${base}/`));
    // A server of a test may be several hosts, each below a name of its own.
    const tries = [
      ...below.map((base) => path.slice(path.indexOf(base) + base.length)),
      path,
      path.replace(/^\/[^/]+/, ''),
    ];
    for (const one of tries) {
      const found = templates.find(({ pattern }) => pattern.test(one));
      if (found) return found.template;
    }
    return undefined;
  };

  return (request) => {
    const template = find(request.path);
    if (template === undefined)
      return { name: `${request.method} ${request.path}`, problems: ['unknown path'] };
    const name = `${request.method} ${template}`;
    const item = spec.paths[template] ?? {};
    const operation = item[request.method.toLowerCase()] as Operation | undefined;
    if (!operation) return { name, problems: ['unknown method for this path'] };
    const shared = (item.parameters as readonly Parameter[] | undefined) ?? [];
    const parameters = [...shared, ...(operation.parameters ?? [])]
      .map(follow)
      .filter((one) => one.in === 'query');
    const body = operation.requestBody && follow(operation.requestBody);
    return {
      name,
      problems: [...queryProblems(request, parameters, resolve), ...bodyProblems(request, body, resolve)],
    };
  };
}

const patternOf = (template: string): RegExp =>
  new RegExp(
    `^${template
      .split(/\{[^}]+\}/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^/]+')}/?$`,
  );

function queryProblems(
  { query }: RecordedRequest,
  parameters: readonly Parameter[],
  resolve: Resolve,
): readonly string[] {
  const plain = (name: string) => name.replace(/\[\]$/, '');
  const known = new Map(parameters.map((one) => [plain(one.name), one]));
  const sent = new Set(query.map(([name]) => plain(name)));
  const missing = parameters
    .filter(({ name, required }) => required && !sent.has(plain(name)))
    .map(({ name }) => `query.${name}: missing`);
  const wrong = query.flatMap(([name, shape]) => {
    const parameter = known.get(plain(name));
    if (!parameter) return [`query.${plain(name)}: unknown`];
    return checkSchema(parameter.schema ?? {}, shape, `query.${plain(name)}`, resolve);
  });
  return [...missing, ...wrong];
}

function bodyProblems(
  { body, contentType }: RecordedRequest,
  wanted: Body | undefined,
  resolve: Resolve,
): readonly string[] {
  if (!wanted) return body === null || isEmpty(body) ? [] : ['body: none is expected'];
  if (body === null) return wanted.required ? ['body: missing'] : [];
  const types = Object.keys(wanted.content);
  const type = types.find((one) => one === contentType) ?? types.find((one) => matches(one, contentType));
  if (type === undefined) return [`body: ${contentType ?? 'no type'} is none of ${types.join(', ')}`];
  return checkSchema(wanted.content[type]?.schema ?? {}, withPayload(body), 'body', resolve);
}

/** Beside files, Discord takes the fields together as one part of JSON (discord.com, reference, uploading files). */
function withPayload(body: Shape): Shape {
  if (body.is !== 'object' || !('payload_json' in body.of)) return body;
  const { payload_json: payload, ...files } = body.of;
  const fields = payload?.is === 'text' && payload.json?.is === 'object' ? payload.json.of : {};
  return { is: 'object', of: { ...fields, ...files } };
}

const isEmpty = (body: Shape): boolean => body.is === 'object' && Object.keys(body.of).length === 0;
const matches = (range: string, type: string | null): boolean =>
  range === '*/*' || (range.endsWith('/*') && (type ?? '').startsWith(range.slice(0, -1)));
