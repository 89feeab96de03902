import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ErrorKind } from '@shared/domain/errors';
import { textOf } from '../../electron/main/networks/telegram/attachments';
import { chatId } from '../../electron/main/networks/telegram/auth';
import { ruleFor } from '../../electron/main/networks/telegram/errors';
import { directKey, directParts, messageKey, messageParts } from '../../electron/main/networks/telegram/keys';
import { seenPost, toMessage, toOrigin, webUrl } from '../../electron/main/networks/telegram/mapping';
import { createPlaces } from '../../electron/main/networks/telegram/places';
import { createReaders } from '../../electron/main/networks/telegram/readers';
import { update } from '../../electron/main/networks/telegram/wire';
import type { AccountId } from '@shared/domain/ids';

/** Updates in the shapes of the documentation. */
const { updates } = JSON.parse(
  readFileSync(new URL('fixtures/telegram/updates.json', import.meta.url), 'utf8'),
) as { updates: unknown[] };
const [copy, comment, business, animation] = updates.map((one) => update.parse(one));
const viewer = {
  bot: '7001',
  botName: 'northlight_bot',
  chat: '-1001111111111',
  discussion: '-1002222222222',
  web: 'https://t.me',
};

describe('what Telegram tells a bot', () => {
  it('becomes a comment below the channel post, with the post’s own address', () => {
    const places = createPlaces({ threads: [], places: [] }, new Map(), viewer);
    places.thread(copy!.message!);
    const [item] = places.place(comment!.message!);
    expect(item).toMatchObject({
      remoteId: '-1002222222222/42',
      text: 'Auch bei Schnee & Eis? <b>',
      own: false,
      author: { remoteId: '9001', handle: '9001', displayName: 'Ana' },
      url: 'https://t.me/c/2222222222/42',
      createdAt: 1_790_000_060_000,
      conversation: {
        type: 'comment',
        remoteKey: 'c:-1002222222222/42',
        origin: {
          remoteId: '-1001111111111/7',
          url: 'https://t.me/northlight_news/7',
          author: { handle: 'northlight_news', displayName: 'Northlight' },
          createdAt: 1_790_000_000_000,
        },
      },
    });
    expect(item).not.toHaveProperty('parentRemoteId');
    const kept = JSON.parse(JSON.stringify(places.stored())) as ReturnType<typeof places.stored>;
    expect(createPlaces(kept, new Map(), viewer).stored()).toEqual(kept);
  });

  it('shows a channel post by its copy in the discussion group', () => {
    expect(seenPost(copy!.message!)).toEqual({
      chat: '-1001111111111',
      id: 7,
      text: 'New opening hours',
      hasMedia: true,
      inAlbum: false,
      date: 1_790_000_000_000,
    });
    expect(toOrigin(copy!.message!, viewer)).toMatchObject({
      text: 'New opening hours',
      media: [{ kind: 'image', url: 'network:AgAC', alt: 'New opening hours' }],
    });
  });

  it('becomes a direct message of a Business account, with its attachment in words', () => {
    const conversation = { remoteKey: 'business:Xy_9-Ab:9002', type: 'dm' } as const;
    expect(toMessage(business!.business_message!, conversation, false, viewer)).toMatchObject({
      remoteId: 'Xy_9-Ab:9002/900',
      text: '[voice message]',
      author: { displayName: 'Ben Okafor' },
    });
    expect(textOf(animation!.message!)).toBe('[animation]');
  });

  it('has addresses only where others can open them', () => {
    expect(webUrl({ id: 5, type: 'private', username: 'ana' }, 1, 'https://t.me')).toBeUndefined();
    expect(webUrl({ id: -12345, type: 'group' }, 1, 'https://t.me')).toBeUndefined();
  });
});

describe('keys of Telegram', () => {
  it.each(['-1001/5', '-1001/5,6,7', 'Xy_9-Ab:9002/900'])('name the message %s there and back', (key) => {
    const { chat, ids, business: connection } = messageParts(key);
    expect(messageKey(chat, ids, connection)).toBe(key);
  });
  it.each(['dm:9001', 'business:Xy_9-Ab:9002', 'topic:-1001:77'])(
    'name the conversation %s there and back',
    (key) => {
      expect(directKey(directParts(key)!)).toBe(key);
    },
  );
  it('of other kinds are none', () => {
    expect(directParts('c:-1001/5')).toBeUndefined();
    expect(() => messageParts('5')).toThrow('not a message');
  });
  it.each([
    ['@northlight', '@northlight'],
    ['t.me/northlight', '@northlight'],
    ['https://t.me/northlight', '@northlight'],
    ['-1001111111111', -1001111111111],
  ])('are read from %s', (typed, chat) => expect(chatId(typed)).toBe(chat));
});

describe('errors of Telegram', () => {
  it.each<[number, string, ErrorKind, string?]>([
    [401, 'Unauthorized', 'auth_revoked'],
    [403, 'Forbidden: bot was blocked by the user', 'policy_blocked'],
    [403, 'Forbidden: user is deactivated', 'policy_blocked'],
    [403, "Forbidden: bot can't initiate conversation with a user", 'policy_blocked'],
    [403, 'Forbidden: bot was kicked from the supergroup chat', 'permission'],
    [404, 'Not Found', 'protocol'],
    [409, "Conflict: can't use getUpdates method while webhook is active", 'not_allowed'],
    [409, 'Conflict: terminated by other getUpdates request', 'not_allowed'],
    [413, 'Request Entity Too Large', 'media_rejected'],
    [429, 'Too Many Requests: retry after 7', 'rate_limited'],
    [400, 'Bad Request: group chat was upgraded to a supergroup chat', 'gone'],
    [400, 'Bad Request: message is too long', 'validation', 'text'],
    [400, 'Bad Request: message caption is too long', 'validation', 'text'],
    [400, 'Bad Request: message text is empty', 'validation', 'text'],
    [400, "Bad Request: message can't be deleted for everyone", 'policy_blocked'],
    [400, 'Bad Request: chat not found', 'gone'],
    [400, 'Bad Request: message to be replied not found', 'gone'],
    [400, 'Bad Request: message to delete not found', 'gone'],
    [400, 'Bad Request: not enough rights to send text messages to the chat', 'permission'],
    [400, 'Bad Request: need administrator rights in the channel chat', 'permission'],
    [400, 'Bad Request: CHAT_WRITE_FORBIDDEN', 'permission'],
    [400, 'Bad Request: BUSINESS_CONNECTION_INVALID', 'permission'],
    [400, 'Bad Request: BUSINESS_PEER_INVALID', 'policy_blocked'],
    [400, 'Bad Request: PHOTO_INVALID_DIMENSIONS', 'media_rejected'],
    [400, 'Bad Request: file is too big', 'media_rejected'],
    [400, 'Bad Request: wrong file identifier/HTTP URL specified', 'media_rejected'],
    [400, 'Bad Request: wrong file_id or the file is temporarily unavailable', 'server'],
    [400, 'Bad Request: REACTION_INVALID', 'policy_blocked'],
    [400, 'Bad Request: something new', 'validation'],
  ])('%i %s', (code, words, kind, field) => {
    expect(ruleFor(code, words)).toMatchObject({ kind, ...(field !== undefined && { field }) });
  });

  it('that are unknown are left to the status', () => {
    expect(ruleFor(500, 'Internal Server Error')).toBeUndefined();
  });
});

describe('the readers of one bot', () => {
  const account = (id: string) => id as AccountId;

  it('are one at a time, and a patient one gives way', async () => {
    const { alone } = createReaders();
    const order: string[] = [];
    const patient = alone(
      '1',
      true,
      (giveWay) =>
        new Promise<void>((resolve) => {
          order.push('waits');
          giveWay.addEventListener('abort', () => (order.push('gives way'), resolve()));
        }),
    );
    await Promise.resolve();
    await Promise.resolve();
    const quick = alone('1', false, async () => void order.push('asks'));
    const late = alone(
      '1',
      true,
      async (giveWay) => void order.push(giveWay.aborted ? 'too early' : 'waits again'),
    );
    await Promise.all([patient, quick, late]);
    expect(order).toEqual(['waits', 'gives way', 'asks', 'waits again']);
  });

  it('let a patient one that comes to its turn before a quick one give way at once', async () => {
    const { alone } = createReaders();
    const order: string[] = [];
    const first = alone('1', false, async () => void order.push('first'));
    const patient = alone('1', true, async (giveWay) => void order.push(String(giveWay.aborted)));
    const quick = alone('1', false, async () => void order.push('quick'));
    await Promise.all([first, patient, quick]);
    expect(order).toEqual(['first', 'true', 'quick']);
  });

  it('go on after one that failed', async () => {
    const { alone } = createReaders();
    await expect(alone('1', false, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await alone('1', false, async () => 'yes')).toBe('yes');
  });

  it('are the account that was connected first, until it has not asked for half an hour', () => {
    const { claim } = createReaders();
    expect(claim('1', account('b'), 0)).toBe(true);
    expect(claim('1', account('a'), 1)).toBe(true);
    expect(claim('1', account('b'), 2)).toBe(false);
    expect(claim('2', account('b'), 2)).toBe(true);
    expect(claim('1', account('b'), 31 * 60_000)).toBe(true);
  });
});
