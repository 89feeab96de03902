import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uuidv7, type ConversationId, type SavedReplyId } from '@shared/domain/ids';
import { conversationRow, conversationView } from '@shared/ipc/inbox';
import type { AccountRow } from '../../electron/main/db/repositories/accounts';
import type { IncomingItem } from '../../electron/main/db/repositories/inbox-writer';
import { addAccount, incoming } from '../fakes/inbox';
import { createWorkspace, type Workspace } from '../fakes/workspace';

let w: Workspace;
let account: AccountRow;
beforeEach(() => {
  w = createWorkspace();
  account = addAccount(w.db);
});
afterEach(() => w.close());

const HOUR = 3_600_000;
const now = () => w.clock.now();
const receive = (items: readonly IncomingItem[], to: AccountRow = account) =>
  w.writer.apply({
    accountId: to.id,
    network: to.network,
    items,
    now: now(),
    historyBefore: now() - 30 * 24 * HOUR,
  });
const list = (
  filter: Partial<Parameters<Workspace['inbox']['list']>[0]['filter']> = {},
  after: string | null = null,
  limit = 60,
) => w.inbox.list({ filter: { view: 'open', ...filter }, after, limit });
const only = () => list().items[0]!;

describe('the list', () => {
  it('pages through everything once, newest first, also when many messages share a moment', () => {
    receive(
      Array.from({ length: 137 }, (_, at) => incoming(`c${at}`, `text ${at}`, now() - (at % 10) * HOUR)),
    );
    const seen: ConversationId[] = [];
    let after: string | null = null;
    let pages = 0;
    do {
      const page = list({}, after, 20);
      seen.push(...page.items.map(({ id }) => id));
      after = page.next;
      pages += 1;
    } while (after !== null);
    expect([pages, seen.length, new Set(seen).size]).toEqual([7, 137, 137]);
    const times = w.inbox.rows({ ids: seen.slice(0, 100) }).map(({ lastMessageAt }) => lastMessageAt);
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  it('does not lose its place when something new arrives between two pages', () => {
    receive(Array.from({ length: 30 }, (_, at) => incoming(`c${at}`, 'x', now() - (at + 1) * HOUR)));
    const first = list({}, null, 10);
    receive([incoming('new', 'newest', now())]);
    const second = list({}, first.next, 10);
    expect(second.items.filter(({ id }) => first.items.some((row) => row.id === id))).toEqual([]);
    expect(second.items).toHaveLength(10);
  });

  it('narrows by account, network and type', () => {
    const other = addAccount(w.db, { network: 'bluesky', remoteId: 'did:other' });
    receive([
      incoming('a', 'comment', now()),
      incoming('b', 'dm', now(), { conversation: { remoteKey: 'b', type: 'dm' } }),
    ]);
    receive([incoming('c', 'elsewhere', now())], other);
    const texts = (filter: object) =>
      list(filter)
        .items.map(({ snippet }) => snippet)
        .sort();
    expect(texts({})).toEqual(['comment', 'dm', 'elsewhere']);
    expect(texts({ accountIds: [other.id] })).toEqual(['elsewhere']);
    expect(texts({ networks: ['practice'] })).toEqual(['comment', 'dm']);
    expect(texts({ types: ['dm'], networks: ['practice', 'bluesky'] })).toEqual(['dm']);
    expect(texts({ accountIds: [] })).toEqual([]);
  });

  it('refuses a cursor that it did not hand out', () => {
    expect(() => list({}, "1' OR 1=1")).toThrow(expect.objectContaining({ kind: 'invalid_input' }));
  });
});

describe('a conversation', () => {
  it('opens with what it hangs on, its newest messages, the draft and who it is from', () => {
    const origin = {
      remoteId: 'post',
      ref: {},
      author: { remoteId: account.remoteId, handle: account.handle, displayName: account.displayName },
      text: 'We are open again',
      createdAt: now() - 2 * HOUR,
      media: [],
    };
    receive([
      incoming('a', 'When?', now() - HOUR, { conversation: { remoteKey: 'a', type: 'comment', origin } }),
      incoming('b', 'Other thread', now() - HOUR),
    ]);
    const [row] = list().items.filter(({ snippet }) => snippet === 'When?');
    w.inbox.saveDraft({ id: row!.id, text: 'At nine' });
    const view = conversationView.parse(w.inbox.conversation({ id: row!.id }));
    expect(view).toMatchObject({
      origin: { text: 'We are open again', own: true, author: 'Northwind' },
      messages: [{ text: 'When?', direction: 'incoming', author: { handle: 'ada.example' } }],
      earlier: null,
      draft: { text: 'At nine', savedAt: now() },
      history: { conversations: 2, since: now() },
    });
  });

  it('opens a long thread with its newest 200 messages and leads back to its beginning', () => {
    receive(Array.from({ length: 450 }, (_, at) => incoming('long', `message ${at}`, now() - 450 + at)));
    const { id } = only();
    const view = w.inbox.conversation({ id });
    const texts = view.messages.map(({ text }) => text);
    let { earlier } = view;
    while (earlier !== null) {
      const page = w.inbox.messages({ id, before: earlier });
      texts.unshift(...page.messages.map(({ text }) => text));
      earlier = page.earlier;
    }
    expect(texts).toEqual(Array.from({ length: 450 }, (_, at) => `message ${at}`));
  });

  it('does not leak what only the network needs to know', () => {
    receive([incoming('a', 'x', now(), { remoteId: 'at://secret-path', ref: { cid: 'bafy' } })]);
    expect(JSON.stringify(w.inbox.conversation({ id: only().id }))).not.toMatch(/secret-path|bafy|remoteId/);
  });

  it('that does not exist is said to be not found', () => {
    const id = uuidv7<ConversationId>(1);
    expect(() => w.inbox.conversation({ id })).toThrow(expect.objectContaining({ kind: 'not_found' }));
    expect(w.inbox.rows({ ids: [id] })).toEqual([]);
    expect(() => w.inbox.saveDraft({ id, text: 'x' })).toThrow(
      expect.objectContaining({ kind: 'not_found' }),
    );
  });

  it('comes back at the time it was snoozed to, also when the machine slept through it', () => {
    w.wake.start();
    receive([incoming('a', 'later', now())]);
    const { id } = only();
    w.inbox.setState({ ids: [id], state: 'snoozed', until: now() + 10 * HOUR });
    expect(list().items).toEqual([]);
    w.clock.advance(10 * HOUR - 1);
    expect(list().items).toEqual([]);
    w.clock.advance(1);
    expect(list().items).toMatchObject([{ id, snoozedUntil: null }]);
    expect(w.emitted.at(-1)).toEqual({ type: 'inbox.changed', ids: [id] });
    w.inbox.setState({ ids: [id], state: 'snoozed', until: now() + HOUR });
    w.clock.jumpTo(now() + 9 * HOUR);
    expect(list().items).toHaveLength(1);
  });

  it('cannot be snoozed into the past or without a time', () => {
    receive([incoming('a', 'x', now())]);
    const ids = [only().id];
    expect(() => w.inbox.setState({ ids, state: 'snoozed' })).toThrow(
      expect.objectContaining({ kind: 'invalid_input' }),
    );
    expect(() => w.inbox.setState({ ids, state: 'snoozed', until: now() })).toThrow(
      expect.objectContaining({ kind: 'invalid_input' }),
    );
  });

  it('is read and unread at the person’s wish, and the network hears of the reading', () => {
    receive([incoming('a', 'x', now() - 2), incoming('a', 'y', now() - 1)]);
    const { id } = only();
    expect(only().unread).toBe(2);
    w.inbox.setUnread({ ids: [id], unread: false });
    expect([only().unread, w.inbox.counts().unread, w.read]).toEqual([0, 0, [id]]);
    w.inbox.setUnread({ ids: [id], unread: true });
    expect([only().unread, w.inbox.counts().unread]).toEqual([1, 1]);
  });

  it('keeps a draft until its text is empty, and tells the list only when there is one or none', () => {
    receive([incoming('a', 'x', now())]);
    const { id } = only();
    w.inbox.saveDraft({ id, text: 'T' });
    w.inbox.saveDraft({ id, text: 'Thanks' });
    expect(w.emitted.filter(({ type }) => type === 'inbox.changed')).toHaveLength(1);
    expect(conversationRow.parse(only()).hasDraft).toBe(true);
    w.inbox.saveDraft({ id, text: '' });
    expect([only().hasDraft, w.inbox.conversation({ id }).draft]).toEqual([false, null]);
  });

  it('takes notes that change neither its place in the list nor whether it needs an answer', () => {
    receive([incoming('a', 'question', now() - HOUR)]);
    const before = only();
    const note = w.inbox.addNote({ id: before.id, text: 'Ask Sam first' });
    expect(note).toMatchObject({ direction: 'note', text: 'Ask Sam first', author: null, delivery: null });
    expect(only()).toEqual(before);
    expect(w.inbox.conversation({ id: before.id }).messages.at(-1)?.id).toBe(note.id);
  });
});

describe('a message', () => {
  it('says that others do not see it, and why the network takes no answer to it', () => {
    receive([
      incoming('a', 'Held', now() - HOUR, { hidden: true }),
      incoming('a', 'Closed', now() - 2, { ref: { closed: 'Nobody may answer this.' } }),
      incoming('a', 'Ours', now() - 1, { own: true, ref: { closed: 'Nobody may answer this.' } }),
    ]);
    const { messages } = conversationView.parse(w.inbox.conversation({ id: only().id }));
    expect(messages.map(({ text, hidden, unanswerable }) => [text, hidden, unanswerable])).toEqual([
      ['Held', true, null],
      ['Closed', false, 'Nobody may answer this.'],
      ['Ours', false, null],
    ]);
  });
});

describe('search', () => {
  const find = async (query: string, filter: object = {}, after: string | null = null) =>
    w.inbox.search({ query, filter, after });
  const texts = async (query: string, filter: object = {}) =>
    (await find(query, filter)).items.map(({ snippet }) =>
      snippet.map(({ text, hit }) => (hit ? `[${text}]` : text)).join(''),
    );

  it('finds words, beginnings of words and quoted phrases, newest first, and marks them', async () => {
    receive([
      incoming('a', 'The delivery was late', now() - 3 * HOUR),
      incoming('b', 'When do you deliver?', now() - 2 * HOUR),
      incoming('c', 'Late again: was the parcel lost?', now() - HOUR),
    ]);
    expect(await texts('deliver')).toEqual(['When do you [deliver]?', 'The [delivery] was late']);
    expect(await texts('was late')).toEqual([
      '[Late] again: [was] the parcel lost?',
      'The delivery [was] [late]',
    ]);
    expect(await texts('"was late"')).toEqual(['The delivery [was late]']);
    expect(await texts('nothing like this')).toEqual([]);
  });

  it('does not care about case and accents', async () => {
    receive([
      incoming('a', 'Das CAFÉ in Straßburg', now()),
      incoming('b', 'Cafe\u0301 con leche', now() - 1),
    ]);
    expect(await texts('cafe')).toEqual(['Das [CAFÉ] in Straßburg', '[Cafe\u0301] con leche']);
    expect(await texts('CAFÉ leche')).toHaveLength(1);
  });

  it('finds parts of texts in scripts without spaces, also two characters at the end', async () => {
    receive([
      incoming('ja', '配送が遅れています。いつ届きますか', now()),
      incoming('zh', '你好，请问什么时候发货', now() - 1),
      incoming('th', 'สินค้าจะมาเมื่อไร', now() - 2),
      incoming('ko', '배송이 언제 되나요', now() - 3),
    ]);
    expect(await texts('遅れて')).toEqual(['配送が[遅れて]います。いつ届きますか']);
    expect(await texts('发货')).toEqual(['你好，请问什么时候[发货]']);
    expect(await texts('货')).toHaveLength(1);
    expect(await texts('เมื่อไร')).toHaveLength(1);
    expect(await texts('언제')).toHaveLength(1);
    expect(await texts('配送 届き')).toHaveLength(1);
    expect(await texts('配送 发货')).toEqual([]);
  });

  it('combines words of both kinds of scripts', async () => {
    receive([incoming('a', 'order 注文番号 12345', now()), incoming('b', 'order 12345', now() - 1)]);
    expect(await texts('order 注文')).toHaveLength(1);
  });

  it.each([
    '"',
    '""',
    '"unbalanced',
    'AND',
    'a AND',
    'NOT x',
    'NEAR(a b)',
    '(',
    ')',
    '*',
    'a*b',
    '^a',
    'text:x',
    '{a b}:c',
    '-',
    '--',
    ';',
    "'; DROP TABLE message",
    '\0',
    '\u202E',
    '🔥',
    '%_',
    '\\',
    'a"b"c',
    '「」',
    '“curly',
    'x'.repeat(400),
    '" " " "',
    '+-+',
    'rowid:1',
    '🔥 fire',
  ])('takes %j as what a person typed, never as syntax', async (query) => {
    receive([incoming('a', 'a b c text x fire 🔥 AND NOT near', now())]);
    await expect(find(query)).resolves.toBeDefined();
  });

  it('narrows by account, network, type and view', async () => {
    const other = addAccount(w.db, { network: 'bluesky', remoteId: 'did:other' });
    receive([
      incoming('a', 'parcel one', now()),
      incoming('b', 'parcel two', now() - 1, { conversation: { remoteKey: 'b', type: 'dm' } }),
    ]);
    receive([incoming('c', 'parcel three', now() - 2)], other);
    const [first] = list({ types: ['comment'], networks: ['practice'] }).items;
    w.inbox.setState({ ids: [first!.id], state: 'done' });
    expect(await texts('parcel', { types: ['dm'] })).toEqual(['[parcel] two']);
    expect(await texts('parcel', { networks: ['bluesky'] })).toEqual(['[parcel] three']);
    expect(await texts('parcel', { accountIds: [account.id], view: 'open' })).toEqual(['[parcel] two']);
    expect(await texts('parcel', { view: 'done' })).toEqual(['[parcel] one']);
  });

  it('pages through all hits once, also where the filter lets few of them through', async () => {
    const other = addAccount(w.db, { remoteId: 'did:other' });
    receive(Array.from({ length: 6_000 }, (_, at) => incoming(`c${at % 50}`, `parcel ${at}`, now() - at)));
    receive(
      Array.from({ length: 70 }, (_, at) => incoming(`o${at}`, `parcel other ${at}`, now() - 100 * at)),
      other,
    );
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof find>> = await find('parcel', { accountIds: [other.id] }, after);
      seen.push(...page.items.map(({ messageId }) => messageId));
      after = page.next;
    } while (after !== null);
    expect([seen.length, new Set(seen).size]).toEqual([70, 70]);
  });

  it('shows the text around a hit deep inside a long message', async () => {
    receive([incoming('a', `${'lorem ipsum '.repeat(4_000)}needle ${'dolor '.repeat(500)}`, now())]);
    const [hit] = (await find('needle')).items;
    const text = hit!.snippet.map((part) => part.text).join('');
    expect(text).toMatch(/^… .*needle.* …$/);
    expect(text.length).toBeLessThan(260);
  });

  it('hands marks over as pieces, so that a text cannot forge one', async () => {
    receive([incoming('a', '<mark>evil</mark> needle \u0001[hit]', now())]);
    const [hit] = (await find('needle')).items;
    expect(hit!.snippet.filter(({ hit: marked }) => marked)).toEqual([{ text: 'needle', hit: true }]);
  });
});

describe('saved replies', () => {
  it('are filled for a conversation, and name what could not be filled', () => {
    receive([
      incoming('a', 'hi', now(), {
        author: { remoteId: 'x', handle: 'grace.example', displayName: '✨ Grace {brand} Hopper' },
      }),
    ]);
    const saved = w.savedReplies.saveSavedReply({
      title: 'Thanks',
      body: 'Hello {first_name} ({handle}), thanks from {brand}! {order} {author}',
      accountId: null,
    });
    const filled = w.savedReplies.fillSavedReply({ id: saved.id, conversationId: only().id });
    expect(filled).toEqual({
      text: 'Hello Grace (grace.example), thanks from Northwind! {order} ✨ Grace {brand} Hopper',
      missing: ['order'],
    });
    expect(w.savedReplies.savedReplies({ query: 'thanks' })[0]?.uses).toBe(1);
  });

  it('do not invent a first name where the family name comes first', () => {
    receive([
      incoming('a', 'hi', now(), {
        author: { remoteId: 'x', handle: 'sato.example', displayName: '佐藤花子' },
      }),
    ]);
    const saved = w.savedReplies.saveSavedReply({ title: 't', body: 'Hello {first_name}', accountId: null });
    expect(w.savedReplies.fillSavedReply({ id: saved.id, conversationId: only().id })).toEqual({
      text: 'Hello {first_name}',
      missing: ['first_name'],
    });
  });

  it('are found by every word, the most used first; deleting one can be undone', () => {
    const a = w.savedReplies.saveSavedReply({
      title: 'Opening hours',
      body: 'Nine to five',
      accountId: null,
    });
    const b = w.savedReplies.saveSavedReply({ title: 'Opening a shop', body: 'Soon', accountId: account.id });
    const titles = (query: string) => w.savedReplies.savedReplies({ query }).map(({ title }) => title);
    expect(titles('open')).toEqual(['Opening a shop', 'Opening hours']);
    expect(titles('open nine')).toEqual(['Opening hours']);
    w.savedReplies.deleteSavedReply({ id: b.id, deleted: true });
    expect(titles('')).toEqual(['Opening hours']);
    w.savedReplies.deleteSavedReply({ id: b.id, deleted: false });
    expect(titles('')).toHaveLength(2);
    expect(w.savedReplies.saveSavedReply({ ...a, body: 'Ten to six' })).toMatchObject({
      id: a.id,
      body: 'Ten to six',
    });
    expect(() => w.savedReplies.deleteSavedReply({ id: uuidv7<SavedReplyId>(1), deleted: true })).toThrow(
      expect.objectContaining({ kind: 'not_found' }),
    );
  });
});
