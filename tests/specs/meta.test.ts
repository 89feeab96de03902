import { describe, expect, it } from 'vitest';
import { metaChecker, topNames, type MetaSpec } from './meta';
import { bodyShape, textShapeOf } from './shapes';

const param = (name: string, type: string, required = false) => ({ name, type, required });
const spec: MetaSpec = {
  Page: {
    apis: [
      {
        method: 'POST',
        endpoint: 'feed',
        return: 'PagePost',
        params: [
          param('message', 'string'),
          param('published', 'bool'),
          param('attached_media', 'list<Object>'),
        ],
      },
      { method: 'GET', endpoint: 'feed', return: 'PagePost', params: [param('with', 'string', true)] },
      { method: 'GET', params: [param('account_linking_token', 'string')] },
    ],
    fields: [{ name: 'name', type: 'string' }],
  },
  PagePost: {
    apis: [
      { method: 'GET', params: [] },
      { method: 'GET', endpoint: 'comments', return: 'Comment', params: [] },
      { method: 'DELETE', params: [] },
    ],
    fields: [
      { name: 'id', type: 'string' },
      { name: 'message', type: 'string' },
    ],
  },
};
const check = metaChecker(spec);
const sent = (method: string, address: string, body?: unknown) => {
  const url = new URL(address, 'http://127.0.0.1');
  return check({
    network: 'facebook',
    test: 'this one',
    method,
    path: url.pathname,
    query: [...url.searchParams].map(([name, value]) => [name, textShapeOf(value, name)]),
    contentType: null,
    body: bodyShape(body, 'application/json'),
  });
};

describe('the check against Meta’s nodes', () => {
  it('takes an edge that one of the nodes has, with or without a version in the address', () => {
    const form = new URLSearchParams({
      message: 'Hi',
      published: 'true',
      attached_media: '[{"media_fbid":"1"}]',
      access_token: 'x',
    });
    expect(sent('POST', '/v25.0/123/feed', form)).toEqual({ name: 'POST /{id}/feed', problems: [] });
    expect(sent('DELETE', '/a-host/v25.0/1_2').problems).toEqual([]);
    expect(sent('GET', '/me?fields=name').name).toBe('GET /{id}');
    expect(sent('GET', '/1_2/comments?limit=5&fields=id').problems).toEqual([]);
  });

  it('reports edges, parameters and fields that no node has, what is missing, and values of another kind', () => {
    expect(sent('POST', '/1/feeds').problems).toEqual(['unknown path']);
    expect(sent('POST', '/1/feed', JSON.stringify({ massage: 'Hi' })).problems).toEqual(['massage: unknown']);
    expect(sent('GET', '/1/feed').problems).toEqual(['with: missing']);
    expect(sent('POST', '/1/feed', JSON.stringify({ message: ['Hi'] })).problems).toEqual([
      'message: array instead of string',
    ]);
    expect(sent('GET', '/1/feed?with=x&fields=id,massage,comments.limit(5){id,from}').problems).toEqual([
      'fields.massage: unknown',
    ]);
    expect(sent('GET', '/1?fields=name').problems).toEqual([]);
    expect(sent('GET', '/oauth/access_token').problems).toEqual(['unknown path']);
  });

  it('reads the names that are asked for, whatever is asked for inside them', () => {
    expect(topNames('id,comments.limit(5).order(reverse){id,from{id,name}},message')).toEqual([
      'id',
      'comments',
      'message',
    ]);
  });
});
