import { describe, expect, it } from 'vitest';
import { openApiChecker, type OpenApi } from './openapi';
import { bodyShape, textShapeOf, type RecordedRequest } from './shapes';

const spec: OpenApi = {
  openapi: '3.1.0',
  servers: [{ url: 'https://network.example/api/v10' }],
  paths: {
    '/posts': {
      parameters: [{ name: 'trace', in: 'query', schema: { type: 'boolean' } }],
      get: {
        parameters: [
          { name: 'limit', in: 'query', required: true, schema: { type: 'integer' } },
          { $ref: '#/components/parameters/types' },
          { name: 'Idempotency-Key', in: 'header', required: true },
        ],
      },
      post: {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Post' } } },
        },
      },
    },
    '/posts/{id}': { delete: {} },
    '/posts/mine': { get: {} },
    '/media': {
      post: {
        requestBody: {
          content: {
            'multipart/form-data': {
              schema: {
                type: 'object',
                properties: {
                  file: { type: 'string' },
                  focus: { type: 'number' },
                  'files[0]': { type: 'string' },
                  content: { type: ['string', 'null'] },
                },
              },
            },
          },
        },
      },
    },
  },
  components: {
    parameters: {
      types: {
        name: 'types',
        in: 'query',
        schema: { type: 'array', items: { type: 'string', enum: ['mention', 'quote'] } },
      },
    },
    schemas: {
      Post: {
        allOf: [
          { $ref: '#/components/schemas/Base' },
          { oneOf: [{ $ref: '#/components/schemas/Text' }, { $ref: '#/components/schemas/Media' }] },
        ],
      },
      Base: {
        type: 'object',
        properties: {
          visibility: { type: 'string', enum: ['public', 'private'] },
          expires: { type: 'integer', nullable: true },
          tags: { type: 'object', additionalProperties: { type: 'string' } },
        },
      },
      Text: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } },
      Media: {
        type: 'object',
        required: ['media_ids'],
        properties: {
          text: { type: 'string' },
          media_ids: { type: 'array', items: { type: 'string' } },
        },
      },
    },
  },
};
const check = openApiChecker(spec);

const request = (method: string, address: string, body?: unknown, contentType = 'application/json') => {
  const url = new URL(address, 'http://127.0.0.1');
  const raw = body === undefined || body instanceof FormData ? body : JSON.stringify(body);
  const sent: RecordedRequest = {
    network: 'x',
    test: 'this one',
    method,
    path: url.pathname,
    query: [...url.searchParams].map(([name, value]) => [name, textShapeOf(value, name)]),
    contentType: body === undefined ? null : contentType,
    body: bodyShape(raw, contentType),
  };
  return check(sent);
};
const problems = (...sent: Parameters<typeof request>) => request(...sent).problems;

describe('the check against OpenAPI', () => {
  it('lets pass what the specification describes, below the address of the API or not', () => {
    for (const base of ['', '/api/v10']) {
      expect(request('GET', `${base}/posts?limit=5&types[]=mention&types[]=quote&trace=true`)).toEqual({
        name: 'GET /posts',
        problems: [],
      });
      expect(problems('DELETE', `${base}/posts/17`)).toEqual([]);
    }
    expect(request('GET', '/posts/mine').name).toBe('GET /posts/mine');
    expect(problems('GET', '/posts?limit=5&types=mention,quote')).toEqual([]);
  });

  it('reports a path, a method and a parameter that the specification does not know', () => {
    expect(problems('GET', '/things')).toEqual(['unknown path']);
    expect(problems('PUT', '/posts')).toEqual(['unknown method for this path']);
    expect(problems('GET', '/posts?limit=1&page=2')).toEqual(['query.page: unknown']);
  });

  it('reports a parameter that is missing, of another kind, or not among the choices', () => {
    expect(problems('GET', '/posts')).toEqual(['query.limit: missing']);
    expect(problems('GET', '/posts?limit=many')).toEqual(['query.limit: text instead of integer']);
    expect(problems('GET', '/posts?limit=1&types[]=boost')).toEqual([
      'query.types[]: boost is none of mention, quote',
    ]);
  });

  it('takes a body that fits one of several forms together with what all forms share', () => {
    expect(problems('POST', '/posts', { text: 'Hi', visibility: 'public', expires: null })).toEqual([]);
    expect(problems('POST', '/posts', { media_ids: ['1'], tags: { a: 'b' } })).toEqual([]);
  });

  it('reports what is wrong in a body, with its place, by the form that comes nearest', () => {
    expect(problems('POST', '/posts', { text: 'Hi', media: [] })).toEqual(['body.media: unknown']);
    expect(problems('POST', '/posts', { media_ids: [1] })).toEqual([
      'body.media_ids[]: integer instead of string',
    ]);
    expect(problems('POST', '/posts', { text: 'Hi', visibility: 'friends' })).toEqual([
      'body.visibility: friends is none of public, private',
    ]);
    expect(problems('POST', '/posts', { text: 'Hi', expires: 1.5 })).toEqual([
      'body.expires: number instead of integer',
    ]);
    expect(problems('POST', '/posts', { text: 'Hi', tags: { a: 1 } })).toEqual([
      'body.tags.a: integer instead of string',
    ]);
    expect(problems('POST', '/posts', {})).toEqual(['body.text: missing']);
  });

  it('reports a body that is missing, not expected, or of another type', () => {
    expect(problems('POST', '/posts')).toEqual(['body: missing']);
    expect(problems('DELETE', '/posts/1', { why: 'x' })).toEqual(['body: none is expected']);
    expect(problems('POST', '/posts', { text: 'Hi' }, 'text/plain')).toEqual([
      'body: text/plain is none of application/json',
    ]);
  });

  it('reads forms with files, and the fields beside them that come as one part of JSON', () => {
    const form = new FormData();
    form.set('file', new Blob(['x']), 'x.png');
    form.set('focus', '0.5');
    expect(problems('POST', '/media', form, 'multipart/form-data')).toEqual([]);
    form.set('size', '3');
    expect(problems('POST', '/media', form, 'multipart/form-data')).toEqual(['body.size: unknown']);
    const together = new FormData();
    together.set('files[0]', new Blob(['x']), 'x.png');
    together.set('payload_json', JSON.stringify({ content: 'Hi', colour: 1 }));
    expect(problems('POST', '/media', together, 'multipart/form-data')).toEqual(['body.colour: unknown']);
  });
});
