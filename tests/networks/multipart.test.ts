import { describe, expect, it } from 'vitest';
import { multipart, multipartWith, type MultipartBody } from '../../electron/main/networks/multipart';

/** Read by the platform, not by code of ours. */
const read = ({ body, type }: MultipartBody): Promise<FormData> =>
  new Response(Uint8Array.from(body), { headers: { 'content-type': type } }).formData();
const bytes = Uint8Array.from([0, 13, 10, 45, 45, 255]);

describe('a multipart body', () => {
  it('is read as the fields and files that were put into it, byte by byte', async () => {
    const parts = [
      { name: 'message', content: 'Grüße\r\n--x' },
      { name: 'source', filename: 'a.png', mime: 'image/png', content: bytes },
      { name: 'payload', mime: 'application/json', content: '{}' },
    ];
    const form = await read(multipart(parts));
    expect(form.get('message')).toBe('Grüße\r\n--x');
    expect(form.get('payload')).toBe('{}');
    const file = form.get('source') as File;
    expect([file.name, file.type]).toEqual(['a.png', 'image/png']);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
  });

  it('is filled in place with a large part', async () => {
    const large = { name: 'file', filename: 'a.mp4', mime: 'video/mp4', bytes: bytes.byteLength };
    const body = await multipartWith([{ name: 'description', content: 'ä' }], {
      ...large,
      fill: async (into) => into.set(bytes),
    });
    const form = await read(body);
    expect(form.get('description')).toBe('ä');
    expect(new Uint8Array(await (form.get('file') as File).arrayBuffer())).toEqual(bytes);
  });

  it('begins and ends with a mark of its own each time', () => {
    expect(multipart([]).type).not.toBe(multipart([]).type);
  });
});
