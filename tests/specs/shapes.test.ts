import { describe, expect, it } from 'vitest';
import { isKnown } from './check';
import { bodyShape, shapeOf, textShapeOf } from './shapes';

describe('what is written down of a request', () => {
  it('is the kinds of values and the names out of lists, never what people wrote or what is secret', () => {
    const shape = shapeOf({
      text: 'Grüße aus Köln, 5 Bilder',
      visibility: 'public',
      client_secret: 'abc',
      token: 'plain',
      id: '17a4f0',
      media_ids: ['1', '2'],
      at: 3,
    });
    expect(shape).toEqual({
      is: 'object',
      of: {
        text: { is: 'string' },
        visibility: { is: 'string', word: 'public' },
        client_secret: { is: 'string' },
        token: { is: 'string' },
        id: { is: 'string' },
        media_ids: { is: 'array', of: [{ is: 'string' }] },
        at: { is: 'integer' },
      },
    });
  });

  it('reads lists of fields and what a text in a form looks like', () => {
    expect(textShapeOf('id,from{id},likes.limit(0)', 'fields')).toMatchObject({
      word: 'id,from{id},likes.limit(0)',
    });
    expect(textShapeOf('true', 'published')).toMatchObject({ looks: 'boolean' });
    expect(textShapeOf('[1]', 'ids')).toMatchObject({ json: { is: 'array', of: [{ is: 'integer' }] } });
    expect(textShapeOf('[not json', 'ids')).toEqual({ is: 'text' });
  });

  it('takes the parts of a multipart body apart, as bytes or as a form of the platform', () => {
    const bytes = Buffer.from(
      '--b\r\nContent-Disposition: form-data; name="description"\r\n\r\nEin Bild\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n\u0000\r\n--b--\r\n',
    );
    const expected = {
      is: 'object',
      of: { description: { is: 'text' }, file: { is: 'file' } },
    };
    expect(bodyShape(bytes, 'multipart/form-data; boundary=b')).toEqual(expected);
    const form = new FormData();
    form.set('description', 'Ein Bild');
    form.set('file', new Blob(['x']), 'a.png');
    expect(bodyShape(form, 'multipart/form-data')).toEqual(expected);
    expect(bodyShape(new Uint8Array([1]), 'video/mp4')).toEqual({ is: 'file' });
    expect(bodyShape(undefined, '')).toBeNull();
  });

  it('lets a known gap pass only where it was found', () => {
    const gap = {
      networks: ['facebook'],
      request: /^POST \/\{id\}\/feed$/,
      problem: /^is_ai: unknown$/,
      why: 'newer',
    };
    expect(isKnown(gap, 'facebook', 'POST /{id}/feed', 'is_ai: unknown')).toBe(true);
    for (const [network, name, problem] of [
      ['instagram', 'POST /{id}/feed', 'is_ai: unknown'],
      ['facebook', 'POST /{id}/photos', 'is_ai: unknown'],
      ['facebook', 'POST /{id}/feed', 'message: unknown'],
    ] as const)
      expect(isKnown(gap, network, name, problem)).toBe(false);
  });
});
