import { it } from 'vitest';
import { createInboxWriter, type IncomingMessage } from '../../electron/main/db/repositories/inbox-writer';
import { createTestDb } from '../fakes/db';
import { addAccount } from '../fakes/inbox';
import { inboxMessages } from './support/messages';
import { median, report } from './support/report';

const COUNT = 10_000;
const PAGE = 100;
const ROUNDS = 3;
const now = Date.UTC(2026, 10, 20);
const pages = (items: readonly IncomingMessage[]): IncomingMessage[][] =>
  Array.from({ length: Math.ceil(items.length / PAGE) }, (_, at) => items.slice(at * PAGE, (at + 1) * PAGE));

/** Messages a second through the code that a sync uses. */
function throughSync(items: readonly IncomingMessage[]): number {
  const test = createTestDb();
  const { id: accountId, network } = addAccount(test.db);
  const writer = createInboxWriter(test.db);
  const start = performance.now();
  for (const page of pages(items)) writer.apply({ accountId, network, items: page, now, historyBefore: 0 });
  const ms = performance.now() - start;
  test.remove();
  return (items.length / ms) * 1_000;
}

/**
 * Messages a second as bare statements into the same tables, with the same indexes, triggers and page size:
 * everything that has to be found out is prepared outside the measured time.
 */
function raw(items: readonly IncomingMessage[]): number {
  const test = createTestDb();
  const { id: account } = addAccount(test.db);
  const { raw: db } = test.db;
  const author = db.prepare("INSERT INTO author VALUES(?, 'practice', ?, ?, ?, NULL, 0)");
  const conversation = db.prepare(
    'INSERT INTO conversation(id, account_id, remote_key, type, author_id, last_message_at, created_at) VALUES(?, ?, ?, ?, ?, ?, 0)',
  );
  const message = db.prepare(
    `INSERT INTO message(seq, id, conversation_id, account_id, remote_id, ref, direction, author_id, text, lang, created_at, received_at, unread)
     VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, 'en', ?, 0, 1)`,
  );
  const people = new Set<string>();
  const threads = new Set<string>();
  const prepared = pages(items).map((page, at) =>
    [...page]
      .sort((a, b) => a.createdAt - b.createdAt)
      .map((item, index) => {
        const isNewPerson = !people.has(item.author.remoteId);
        const isNewThread = !threads.has(item.conversation.remoteKey);
        people.add(item.author.remoteId);
        threads.add(item.conversation.remoteKey);
        return {
          item,
          isNewPerson,
          isNewThread,
          ref: JSON.stringify(item.ref),
          seq: item.createdAt * 1_024 + ((at * PAGE + index) % 1_024),
        };
      }),
  );
  const start = performance.now();
  for (const page of prepared) {
    db.transaction(() => {
      for (const { item, isNewPerson, isNewThread, ref, seq } of page) {
        const { author: who, conversation: thread } = item;
        if (isNewPerson) author.run(who.remoteId, who.remoteId, who.handle, who.displayName);
        if (isNewThread)
          conversation.run(
            thread.remoteKey,
            account,
            thread.remoteKey,
            thread.type,
            who.remoteId,
            item.createdAt,
          );
        const direction = item.own ? 'outgoing' : 'incoming';
        message.run(
          seq,
          item.remoteId,
          thread.remoteKey,
          account,
          item.remoteId,
          ref,
          direction,
          who.remoteId,
          item.text,
          item.createdAt,
        );
      }
    })();
  }
  const ms = performance.now() - start;
  test.remove();
  return (items.length / ms) * 1_000;
}

it('stores synced messages at a third of the speed of bare SQLite, or faster', () => {
  const items = [...inboxMessages(COUNT, now)];
  const rounds = Array.from({ length: ROUNDS }, () => ({ sync: throughSync(items), raw: raw(items) }));
  const value = median(rounds.map(({ sync }) => sync));
  const baseline = median(rounds.map(({ raw: bare }) => bare));
  report({
    name: 'insert of synced messages: time against bare better-sqlite3, same indexes',
    value: Math.round(value),
    unit: 'messages/s',
    baseline: Math.round(baseline),
    ratio: Math.round((baseline / value) * 100) / 100,
    limit: 3,
  });
});
