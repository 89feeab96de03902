import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uuidv7, type ConversationId, type JobId, type MessageId } from '@shared/domain/ids';
import type { AccountRow } from '../../electron/main/db/repositories/accounts';
import { createConversations } from '../../electron/main/db/repositories/conversations';
import {
  createInboxWriter,
  type Batch,
  type IncomingItem,
} from '../../electron/main/db/repositories/inbox-writer';
import { createJobRepository } from '../../electron/main/db/repositories/jobs';
import { createMessages } from '../../electron/main/db/repositories/messages';
import { createTestDb, type TestDb } from '../fakes/db';
import { addAccount, capabilities, incoming } from '../fakes/inbox';

const NOW = Date.UTC(2026, 10, 20, 12);
const DAY = 86_400_000;
const HOUR = 3_600_000;
let test: TestDb;
let account: AccountRow;

beforeEach(() => {
  test = createTestDb();
  account = addAccount(test.db);
});
afterEach(() => test.remove());

const batch = (items: readonly IncomingItem[], override: Partial<Batch> = {}): Batch => ({
  accountId: account.id,
  network: account.network,
  items,
  now: NOW,
  historyBefore: NOW - 30 * DAY,
  ...override,
});
const receive = (...items: IncomingItem[]) => createInboxWriter(test.db).apply(batch(items));
const onlyRow = () => {
  const { items } = createConversations(test.db).list({ view: 'open' }, null, 10);
  expect(items).toHaveLength(1);
  return items[0]!;
};
const texts = (id: ConversationId) =>
  createMessages(test.db)
    .thread(id)
    .map(({ text }) => text);
const total = () => test.db.raw.prepare('SELECT COUNT(*) FROM message').pluck().get();

describe('receiving messages', () => {
  it('makes a conversation that is open, unread and needs an answer', () => {
    const item = incoming('post-1', 'When do\nyou open?', NOW - HOUR);
    const result = receive(item);
    expect(result.fresh).toHaveLength(1);
    expect(onlyRow()).toMatchObject({
      snippet: 'When do you open?',
      unread: 1,
      needsReply: true,
      lastMessageAt: NOW - HOUR,
      author: { handle: 'ada.example' },
      replyDeadline: null,
    });
  });

  it('changes nothing when the same page is delivered again, in any order', () => {
    const items = [
      incoming('a', 'one', NOW - 3),
      incoming('a', 'two', NOW - 2),
      incoming('b', 'three', NOW - 1),
    ];
    receive(...items);
    const again = receive(...[...items].reverse());
    expect(again).toEqual({ changed: [], fresh: [] });
    expect(total()).toBe(3);
  });

  it('gives the same inbox whatever the order of the pages', () => {
    const items = [
      incoming('a', 'first', NOW - 5 * HOUR),
      incoming('a', 'our answer', NOW - 4 * HOUR, { own: true }),
      incoming('a', 'thanks, one more thing', NOW - 3 * HOUR),
    ];
    receive(items[2]!);
    receive(items[0]!);
    receive(items[1]!);
    expect(texts(onlyRow().id)).toEqual(['first', 'our answer', 'thanks, one more thing']);
    expect(onlyRow()).toMatchObject({
      snippet: 'thanks, one more thing',
      needsReply: true,
      lastMessageAt: NOW - 3 * HOUR,
    });
  });

  it('needs no answer when the newest message is ours, and never for thread context', () => {
    receive(
      incoming('a', 'question', NOW - 3),
      incoming('a', 'answer', NOW - 2, { own: true }),
      incoming('a', 'bystander', NOW - 1, { context: true }),
    );
    expect(onlyRow()).toMatchObject({ needsReply: false, unread: 1 });
  });

  it('lets context become part of the inbox when the network reports it as a message', () => {
    const item = incoming('a', 'seen first as context', NOW - 2, { context: true });
    receive(item);
    expect(onlyRow()).toMatchObject({ unread: 0, needsReply: false });
    receive({ ...item, context: false });
    expect(onlyRow()).toMatchObject({ unread: 1, needsReply: true });
  });

  it('takes what is older than the history limit as read and done, and opens it when somebody writes again', () => {
    receive(incoming('old', 'years ago', NOW - 400 * DAY));
    const conversations = createConversations(test.db);
    expect(conversations.list({ view: 'done' }, null, 10).items).toMatchObject([{ unread: 0 }]);
    receive(incoming('old', 'again', NOW - HOUR));
    expect(onlyRow()).toMatchObject({ unread: 1, needsReply: true, snippet: 'again' });
  });

  it('reopens a done or snoozed conversation for news, not for the past fetched late', () => {
    receive(incoming('a', 'now', NOW - HOUR));
    const conversations = createConversations(test.db);
    const { id } = onlyRow();
    conversations.setState([id], 'done', null);
    receive(incoming('a', 'from last week', NOW - 7 * DAY));
    expect(conversations.ref(id)?.state).toBe('done');
    conversations.setState([id], 'snoozed', NOW + DAY);
    receive(incoming('a', 'and now', NOW));
    expect(conversations.rows([id])).toMatchObject([{ state: 'open', snoozedUntil: null }]);
  });

  it('shows a message written before our answer but received after it', () => {
    receive(incoming('a', 'first', NOW - 3 * HOUR), incoming('a', 'our answer', NOW - HOUR, { own: true }));
    const { id } = onlyRow();
    createConversations(test.db).setState([id], 'done', null);
    receive(incoming('a', 'crossed with the answer', NOW - 2 * HOUR));
    expect(createConversations(test.db).rows([id])).toMatchObject([{ state: 'open', unread: 2 }]);
  });

  it('follows edits in the order they were made and keeps the search in step', () => {
    const item = incoming('a', 'a tpyo', NOW - HOUR);
    receive(item);
    const edit = (text: string, editedAt: number) =>
      receive({ kind: 'edited', remoteId: item.remoteId, text, editedAt });
    expect(edit('a typo', NOW - 30).changed).toHaveLength(1);
    expect(edit('an older edit', NOW - 60).changed).toEqual([]);
    expect(onlyRow().snippet).toBe('a typo');
    const hits = (word: string) =>
      test.db.raw.prepare('SELECT COUNT(*) FROM message_fts WHERE message_fts MATCH ?').pluck().get(word);
    expect([hits('typo'), hits('tpyo')]).toEqual([1, 0]);
  });

  it('follows a deletion: the text goes, the place stays, nothing waits for an answer', () => {
    const item = incoming('a', 'I regret this', NOW - HOUR);
    receive(item);
    receive({ kind: 'deleted', remoteId: item.remoteId });
    expect(onlyRow()).toMatchObject({ unread: 0, needsReply: false, snippet: '' });
    expect(receive({ kind: 'deleted', remoteId: item.remoteId }).changed).toEqual([]);
    expect(receive(item).changed).toEqual([]);
    expect(test.db.raw.prepare("SELECT COUNT(*) FROM message WHERE text LIKE '%regret%'").pluck().get()).toBe(
      0,
    );
    expect(receive({ kind: 'deleted', remoteId: 'never seen' }).changed).toEqual([]);
  });

  describe('with messages that others do not see', () => {
    const hiddenOf = (remoteId: string) => createMessages(test.db).findRemote(account.id, remoteId)!.hidden;

    it('stores what the network says, and follows it when it is hidden or shown elsewhere', () => {
      const item = incoming('a', 'held for review', NOW - HOUR, { hidden: true });
      expect(receive(item).fresh).toHaveLength(1);
      expect(hiddenOf(item.remoteId)).toBe(true);
      expect(receive(item).changed).toEqual([]);
      const { hidden: _, ...untold } = item;
      expect(receive(untold).changed).toEqual([]);
      expect(hiddenOf(item.remoteId)).toBe(true);
      expect(receive({ ...item, hidden: false })).toEqual({ changed: [onlyRow().id], fresh: [] });
      expect(hiddenOf(item.remoteId)).toBe(false);
      expect(receive({ ...item, hidden: false }).changed).toEqual([]);
      expect(receive({ ...item, hidden: true, context: true }).changed).toHaveLength(1);
    });

    it('leaves alone what the person has done until the network has answered it', () => {
      const item = incoming('a', 'rude', NOW - HOUR, { hidden: false });
      receive(item);
      const { id } = createMessages(test.db).findRemote(account.id, item.remoteId)!;
      const jobs = createJobRepository<object, object>(test.db);
      const jobId = uuidv7<JobId>(NOW);
      jobs.insert({
        id: jobId,
        accountId: account.id,
        kind: 'hide',
        subjectId: id,
        lane: 'a',
        dueAt: NOW,
        write: {},
        plan: [],
        approvalId: null,
        summary: '',
        createdAt: NOW,
      });
      createMessages(test.db).setFlags(id, { hidden: true });
      for (const state of ['queued', 'waiting', 'running', 'unknown'] as const) {
        jobs.change(jobId, { state });
        expect([state, receive(item).changed]).toEqual([state, []]);
        expect(hiddenOf(item.remoteId)).toBe(true);
      }
      for (const state of ['failed', 'done', 'discarded'] as const) {
        jobs.change(jobId, { state });
        expect(receive({ ...item, hidden: !hiddenOf(item.remoteId) }).changed).toHaveLength(1);
      }
    });
  });

  it('keeps the deadline that the network gives for an answer to a direct message, and none for others', () => {
    account = addAccount(test.db, {
      remoteId: 'other',
      capabilities: { ...capabilities, inbox: { ...capabilities.inbox, replyWindowMs: DAY } },
    });
    const conversation = { remoteKey: 'dm', type: 'dm' } as const;
    receive(
      incoming('a', 'hello', NOW - 2 * HOUR, { conversation }),
      incoming('b', 'hello?', NOW - HOUR, { conversation }),
    );
    expect(onlyRow().replyDeadline).toBe(NOW - HOUR + DAY);
  });

  it('follows the name and picture of an author', () => {
    receive(incoming('a', 'x', NOW - 2));
    receive(
      incoming('a', 'y', NOW - 1, {
        author: { remoteId: 'did:ada', handle: 'lovelace.example', displayName: 'Countess' },
      }),
    );
    expect(onlyRow().author).toMatchObject({ handle: 'lovelace.example', displayName: 'Countess' });
    expect(test.db.raw.prepare('SELECT COUNT(*) FROM author').pluck().get()).toBe(1);
  });

  it('stores hostile text as it is and stays searchable', () => {
    const hostile = [
      `'; DROP TABLE message; --`,
      '" OR 1=1 NEAR(a b) AND *',
      '<img src=x onerror=alert(1)>',
      '\u202Etxt.exe \u200B\uFEFF zero',
      '\uD83D broken surrogate',
      'e\u0301'.repeat(500),
    ];
    receive(...hostile.map((text, at) => incoming(`h${at}`, text, NOW - at)));
    expect(total()).toBe(hostile.length);
    expect(
      test.db.raw.prepare("INSERT INTO message_fts(message_fts) VALUES('integrity-check')").run(),
    ).toBeDefined();
  });

  it('undoes the whole page when one item of it cannot be stored', () => {
    const bad = incoming('b', 'no time', Number.NaN);
    expect(() => receive(incoming('a', 'fine', NOW), bad)).toThrow();
    expect(total()).toBe(0);
  });
});

describe('our own messages', () => {
  const jobId = () => uuidv7<JobId>(NOW);
  const write = (conversationId: ConversationId, text: string) =>
    createMessages(test.db).insertOutgoing({
      id: uuidv7<MessageId>(NOW),
      conversationId,
      text,
      createdAt: NOW,
      jobId: jobId(),
    });

  it('stand in the conversation at once and show how far they are', () => {
    receive(incoming('a', 'question', NOW - HOUR));
    const { id } = onlyRow();
    const messages = createMessages(test.db);
    const ours = write(id, 'answer');
    expect(onlyRow()).toMatchObject({ delivery: 'queued', needsReply: false, snippet: 'answer' });
    messages.setDelivery(ours.id, 'failed', { problem: { kind: 'server' } });
    expect(onlyRow().delivery).toBe('failed');
    messages.setDelivery(ours.id, 'sent', {
      remote: { remoteId: 'at://ours', url: 'https://x.example/1', ref: { cid: 'c' } },
    });
    expect(onlyRow().delivery).toBeNull();
    expect(messages.get(ours.id)).toMatchObject({
      delivery: 'sent',
      remoteId: 'at://ours',
      problem: null,
      ref: { cid: 'c' },
    });
  });

  it('are recognised when a sync meets them before their delivery is confirmed', () => {
    receive(incoming('a', 'question', NOW - HOUR));
    const { id } = onlyRow();
    const ours = write(id, 'answer');
    const messages = createMessages(test.db);
    messages.setDelivery(ours.id, 'sending');
    receive(incoming('a', 'answer', NOW, { own: true, remoteId: 'at://ours' }));
    expect(texts(id)).toEqual(['question', 'answer']);
    messages.setDelivery(ours.id, 'sent', { remote: { remoteId: 'at://ours' } });
    expect(messages.get(ours.id)).toMatchObject({ delivery: 'sent', sentFromHere: true });
    expect(total()).toBe(2);
  });

  it('take over a copy that a sync stored as written elsewhere', () => {
    receive(incoming('a', 'question', NOW - HOUR));
    const { id } = onlyRow();
    const ours = write(id, 'answer');
    receive(incoming('a', 'answer (the network changed a space)', NOW, { own: true, remoteId: 'at://ours' }));
    createMessages(test.db).setDelivery(ours.id, 'sent', { remote: { remoteId: 'at://ours' } });
    expect(texts(id)).toEqual(['question', 'answer']);
  });

  it('vanish when taken back before they were sent, and the conversation waits for an answer again', () => {
    receive(incoming('a', 'question', NOW - HOUR));
    const { id } = onlyRow();
    createMessages(test.db).remove(write(id, 'answer').id);
    expect(onlyRow()).toMatchObject({ delivery: null, needsReply: true, snippet: 'question' });
  });

  it('are found among the sent ones, also those written elsewhere; notes are not', () => {
    receive(incoming('a', 'question', NOW - HOUR));
    receive(incoming('b', 'written in the web app', NOW - 2 * HOUR, { own: true }));
    const { list } = createConversations(test.db);
    const a = list({ view: 'needs_reply' }, null, 9).items[0]!;
    createMessages(test.db).insertNote({
      id: uuidv7<MessageId>(NOW),
      conversationId: a.id,
      text: 'ask Sam',
      createdAt: NOW,
    });
    expect(list({ view: 'sent' }, null, 9).items.map(({ snippet }) => snippet)).toEqual([
      'written in the web app',
    ]);
    expect(list({ view: 'needs_reply' }, null, 9).items).toHaveLength(1);
    write(a.id, 'answer');
    expect(list({ view: 'sent' }, null, 1)).toMatchObject({
      items: [{ snippet: 'answer' }],
      next: expect.any(String),
    });
  });
});

describe('kept counters', () => {
  it('agree with counting the rows after any sequence of changes', () => {
    let seed = 42;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed % below;
    };
    const conversations = createConversations(test.db);
    const messages = createMessages(test.db);
    for (let round = 0; round < 120; round++) {
      receive(
        incoming(`k${random(12)}`, `text ${round}`, NOW - random(60 * DAY), {
          own: random(3) === 0,
          context: random(5) === 0,
        }),
      );
      const ids = test.db.raw.prepare<[], ConversationId>('SELECT id FROM conversation').pluck().all();
      const id = ids[random(ids.length)]!;
      if (random(3) === 0)
        conversations.setState([id], (['open', 'snoozed', 'done'] as const)[random(3)]!, NOW + 1);
      if (random(3) === 0) conversations.setUnread([id], random(2) === 0);
      if (random(4) === 0) {
        const ours = messages.insertOutgoing({
          id: uuidv7(NOW),
          conversationId: id,
          text: 'x',
          createdAt: NOW,
          jobId: uuidv7(NOW),
        });
        if (random(2) === 0)
          messages.setDelivery(ours.id, (['sent', 'failed', 'needs_check'] as const)[random(3)]!);
      }
      if (random(10) === 0) conversations.wake(NOW + 2);
    }
    const counted = test.db.raw
      .prepare(
        `SELECT SUM(state = 'open' AND needs_reply) AS needs_reply, SUM(unread > 0 AND state <> 'done') AS unread, SUM(state = 'open') AS open,
           SUM(state = 'snoozed') AS snoozed, SUM(state = 'done') AS done, SUM(delivery IS NOT NULL) AS waiting FROM conversation`,
      )
      .get();
    expect(conversations.counts()).toEqual(counted);
    for (const view of ['needs_reply', 'unread', 'open', 'snoozed', 'done', 'waiting'] as const) {
      expect(conversations.list({ view }, null, 200).items).toHaveLength(conversations.counts()[view]);
    }
  });
});
