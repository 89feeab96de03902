import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  parseJson,
  readItems,
  silentMiss,
  unlessGone,
  unreadable,
} from '../../electron/main/networks/answers';
import { NetworkError } from '../../electron/main/networks/errors';
import { errorOf } from './outcome';

describe('answers of a network', () => {
  it('are no data where they are empty or no JSON: nothing is not an empty list', () => {
    for (const text of ['', ' \n', '<html>', '{"data":[{"id":"1']) expect(parseJson(text)).toBeUndefined();
    expect(parseJson('{"items":[]}')).toEqual({ items: [] });
    expect(parseJson('null')).toBeNull();
  });

  it('that cannot be read leave a write in doubt, and a read undone', () => {
    const { error } = z.object({ data: z.object({ id: z.string() }) }).safeParse({ data: { id: 5 } });
    const write = unreadable('POST /posts', 'write', error!);
    expect([write.kind, write.sent]).toEqual(['ambiguous', 'yes']);
    const read = unreadable('GET /posts', 'read', error!);
    expect([read.kind, read.sent, read.info.detail]).toEqual([
      'protocol',
      'no',
      'GET /posts: unexpected answer at data.id',
    ]);
  });

  it('give every item but the strange ones, which are noted without their words', () => {
    const lines: string[] = [];
    const log = {
      warn: (message: string, fields?: object) => void lines.push(message + JSON.stringify(fields)),
    };
    const items = [{ id: 1 }, { id: 'secret' }, null, { id: 2 }];
    expect(readItems(z.object({ id: z.number() }), items, { log })).toEqual([{ id: 1 }, { id: 2 }]);
    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toContain('secret');
    expect(readItems(z.string(), null, { log })).toEqual([]);
  });

  it('say that something is gone only in the words of the network', () => {
    expect(silentMiss(404, { message: 'Not found' }, 'GET /posts', 'read')).toBeNull();
    expect(silentMiss(500, undefined, 'GET /posts', 'read')).toBeNull();
    expect(silentMiss(410, undefined, 'GET /posts', 'read')).toMatchObject({ sent: 'no' });
    const write = silentMiss(404, undefined, 'DELETE /posts', 'write')!;
    expect([write.kind, write.sent]).toEqual(['protocol', 'maybe']);
  });

  it('that say it is gone give nothing, and other refusals stay what they are', async () => {
    const refused = (kind: 'gone' | 'permission') => Promise.reject(new NetworkError({ kind }, 'no'));
    expect(await unlessGone(refused('gone'))).toBeUndefined();
    expect(await errorOf(unlessGone(refused('permission')))).toMatchObject({ kind: 'permission' });
  });
});
