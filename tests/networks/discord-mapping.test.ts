import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ErrorKind } from '@shared/domain/errors';
import { channelIds } from '../../electron/main/networks/discord/auth';
import { errorCodes, meaningOf } from '../../electron/main/networks/discord/errors';
import { directChannel, messageParts, snowflakeAt } from '../../electron/main/networks/discord/keys';
import { isSaid, metricsOf, parentId, toMessage } from '../../electron/main/networks/discord/mapping';
import { message } from '../../electron/main/networks/discord/wire';

/** Messages in the shapes of the specification. */
const { messages } = JSON.parse(
  readFileSync(new URL('fixtures/discord/messages.json', import.meta.url), 'utf8'),
) as { messages: unknown[] };
const [root, answer, forward] = messages.map((one) => message.parse(one));
const endpoints = {
  api: 'https://api.example',
  web: 'https://web.example',
  cdn: 'https://cdn.example',
  gateway: 'wss://gateway.example',
};
const viewer = { bot: '1100000000000000001', server: '1200000000000000001', endpoints };
const conversation = { remoteKey: 'c:1/2', type: 'comment' } as const;

describe('what Discord answers', () => {
  it('becomes a message with names instead of numbers, its files, and what an answer needs', () => {
    expect(toMessage(answer!, conversation, viewer)).toEqual({
      kind: 'message',
      conversation,
      remoteId: '1200000000000000010/1440000000000000002',
      parentRemoteId: '1200000000000000010/1440000000000000001',
      ref: { author: '1100000000000000002' },
      author: {
        remoteId: '1100000000000000002',
        handle: 'ana',
        displayName: 'Ana',
        avatarUrl: 'https://cdn.example/avatars/1100000000000000002/a_0f.png',
      },
      own: false,
      text: '@northlight auch bei <b>Schnee</b> & Eis? :snow: <@&1300000000000000003> <@1100000000000000009>\n[sticker: Wave]',
      createdAt: Date.parse('2026-09-21T14:14:20.123Z'),
      url: 'https://web.example/channels/1200000000000000001/1200000000000000010/1440000000000000002',
      media: [
        { kind: 'video', url: 'https://cdn.example/snow.webm?ex=1', alt: 'snow falls' },
        { kind: 'other', url: 'https://cdn.example/bill.pdf', alt: '' },
      ],
    });
    expect(toMessage(root!, conversation, viewer).own).toBe(true);
  });

  it('answers nothing where it only passes something on', () => {
    expect(parentId(forward!)).toBeUndefined();
    expect(isSaid(forward!, viewer)).toBe(true);
    expect(toMessage(forward!, conversation, viewer).text).toBe('[poll: Tea or coffee?]');
  });

  it('gives the reactions that it counts, and none where it says nothing', () => {
    expect(metricsOf(root!)).toEqual({ likes: 3 });
    expect(metricsOf(answer!)).toEqual({});
  });
});

describe('keys of Discord', () => {
  it('carry their time, so that a time names the first id of its moment', () => {
    expect(snowflakeAt(Date.parse('2015-01-01T00:00:00Z'))).toBe('0');
    expect(snowflakeAt(Date.parse('2016-04-30T11:18:25.796Z'))).toBe('175928847298985984');
    expect(snowflakeAt(0)).toBe('0');
  });
  it('are read from ids and links, however they are set apart', () => {
    const link = 'https://discord.com/channels/1200000000000000001/1200000000000000010';
    expect(channelIds(`${link}; 1200000000000000011\n1200000000000000010`)).toEqual([
      '1200000000000000010',
      '1200000000000000011',
    ]);
    expect(() => channelIds('general')).toThrow('not the id');
  });
  it('of other kinds are none', () => {
    expect(directChannel('c:1/2')).toBeUndefined();
    expect(directChannel('dm:12')).toBe('12');
    expect(() => messageParts('12')).toThrow('not a message');
  });
});

describe('errors of Discord', () => {
  const rows: readonly (readonly [number, ErrorKind])[] = [
    [10003, 'gone'],
    [10004, 'permission'],
    [10008, 'gone'],
    [10013, 'gone'],
    [10014, 'validation'],
    [10015, 'auth_revoked'],
    [20016, 'rate_limited'],
    [20028, 'rate_limited'],
    [30010, 'policy_blocked'],
    [40001, 'auth_revoked'],
    [40002, 'permission'],
    [40005, 'media_rejected'],
    [50001, 'permission'],
    [50005, 'permission'],
    [50006, 'validation'],
    [50007, 'policy_blocked'],
    [50008, 'validation'],
    [50013, 'permission'],
    [50027, 'auth_revoked'],
    [50033, 'gone'],
    [50035, 'validation'],
    [50045, 'media_rejected'],
    [50083, 'policy_blocked'],
    [50278, 'policy_blocked'],
    [90001, 'policy_blocked'],
    [160002, 'permission'],
    [200000, 'policy_blocked'],
    [240000, 'policy_blocked'],
  ];
  it.each(rows)('%i is %s', (code, kind) => expect(meaningOf(400, { code })?.kind).toBe(kind));
  it('are all in this table', () => {
    expect(Object.keys(errorCodes).map(Number).sort()).toEqual(rows.map(([code]) => code).sort());
  });

  it.each<[string, ErrorKind, string?]>([
    ['content', 'validation', 'text'],
    ['attachments', 'media_rejected'],
    ['message_reference', 'gone'],
    ['nonce', 'validation'],
  ])('of a form name %s', (field, kind, at) => {
    expect(meaningOf(400, { code: 50035, errors: { [field]: {} } })).toEqual({
      kind,
      ...(at !== undefined && { field: at }),
    });
  });

  it('without a known code are left to the status, except a refused token', () => {
    expect(meaningOf(401, { code: 0 })).toEqual({ kind: 'auth_revoked' });
    expect(meaningOf(404, { code: 0 })).toBeUndefined();
    expect(meaningOf(502, undefined)).toBeUndefined();
  });
});
