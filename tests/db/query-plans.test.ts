import type Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createConversations } from '../../electron/main/db/repositories/conversations';
import { inboxViews } from '../../electron/main/db/repositories/conversation-rows';
import { createInboxWriter } from '../../electron/main/db/repositories/inbox-writer';
import { createMessages } from '../../electron/main/db/repositories/messages';
import { createTestDb, type TestDb } from '../fakes/db';
import { addAccount, incoming } from '../fakes/inbox';

let test: TestDb;
let statements: string[];

beforeAll(() => {
  test = createTestDb();
  const account = addAccount(test.db);
  const now = Date.now();
  createInboxWriter(test.db).apply({
    accountId: account.id,
    network: account.network,
    items: Array.from({ length: 500 }, (_, at) => incoming(`c${at % 100}`, `text ${at}`, now - at)),
    now,
    historyBefore: 0,
  });
  test.db.raw.exec('ANALYZE');
  const spy = vi.spyOn(test.db.raw, 'prepare');
  createConversations(test.db);
  createMessages(test.db);
  statements = spy.mock.calls.map(([sql]) => sql);
  spy.mockRestore();
});
afterAll(() => test.remove());

function planOf(sql: string): string[] {
  const explain: Database.Statement<unknown[], { detail: string }> = test.db.raw.prepare(
    `EXPLAIN QUERY PLAN ${sql}`,
  );
  const parameters = Array.from({ length: sql.split('?').length - 1 }, () => null);
  return explain.all(...parameters).map(({ detail }) => detail);
}

describe('the statements behind the inbox', () => {
  it('take every view of the list from its index, in order, without sorting', () => {
    const lists = statements.filter((sql) => sql.includes('from "conversation"') && sql.includes('DESC'));
    expect(lists).toHaveLength(inboxViews.length);
    for (const sql of lists) {
      const plan = planOf(sql);
      expect(plan[0]).toMatch(/^(SCAN|SEARCH) conversation USING INDEX conversation_/);
      expect(plan.join('\n')).not.toMatch(/TEMP B-TREE/);
    }
  });

  it('take the messages of a conversation from their index, in order, without sorting', () => {
    const threads = statements.filter((sql) => sql.includes('from "message"') && sql.includes('DESC'));
    expect(threads.length).toBeGreaterThan(0);
    for (const sql of threads) {
      const plan = planOf(sql);
      expect(plan[0]).toMatch(/SEARCH message USING INDEX message_in_conversation/);
      expect(plan.join('\n')).not.toMatch(/TEMP B-TREE/);
    }
  });

  it('never read a whole table of messages', () => {
    for (const sql of statements)
      expect([sql, planOf(sql).filter((step) => /^SCAN (m|message)\b/.test(step))]).toEqual([sql, []]);
  });
});
