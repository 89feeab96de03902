import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccountRemoval } from '../../electron/main/db/repositories/account-removal';
import { createAnswers } from '../../electron/main/db/repositories/answers';
import { createInboxWriter } from '../../electron/main/db/repositories/inbox-writer';
import { createMessages } from '../../electron/main/db/repositories/messages';
import { createTestDb, type TestDb } from '../fakes/db';
import { addAccount, incoming } from '../fakes/inbox';

let test: TestDb;
beforeEach(() => {
  test = createTestDb();
});
afterEach(() => test.remove());

/** Every byte of the workspace file and its write-ahead log. */
function onDisk(): Buffer {
  test.db.raw.pragma('wal_checkpoint(TRUNCATE)');
  const files = [test.db.file, `${test.db.file}-wal`].filter((file) => existsSync(file));
  return Buffer.concat(files.map((file) => readFileSync(file)));
}

function receive(texts: readonly string[]) {
  const account = addAccount(test.db);
  createInboxWriter(test.db).apply({
    accountId: account.id,
    network: account.network,
    items: texts.map((text, at) => incoming('thread', text, 1_000 + at)),
    now: 9_000,
    historyBefore: 0,
  });
  return account;
}

describe('words of the search indexes', () => {
  it('leave the file together with the message that they were in', () => {
    const account = receive([
      'zqxjkvwb speaks',
      '悲しいパンダ焼き',
      ...Array.from({ length: 50 }, (_, at) => `other ${at}`),
    ]);
    expect(onDisk().includes('zqxjkvwb')).toBe(true);
    expect(onDisk().includes('パンダ')).toBe(true);
    const messages = createMessages(test.db);
    for (const { id, text } of messages.thread(
      messages.findRemote(account.id, newest(account.id))!.conversationId,
    ))
      if (!text.startsWith('other')) messages.remove(id);
    expect(onDisk().includes('zqxjkvwb')).toBe(false);
    expect(onDisk().includes('パンダ')).toBe(false);
  });

  it('leave the file with a removed account, with the answers that were learnt from it', () => {
    const account = receive(['mnbvcxz one', 'two']);
    receive(['somebody else stays']);
    createAnswers(test.db).record({
      messageId: 'm1' as never,
      accountId: account.id,
      question: 'plokijuh?',
      answer: 'Yes.',
      approvedAt: 1,
    });
    expect(['mnbvcxz', 'plokijuh'].map((word) => onDisk().includes(word))).toEqual([true, true]);
    const removal = createAccountRemoval(test.db);
    while (removal.step(account.id));
    expect(['mnbvcxz', 'plokijuh'].map((word) => onDisk().includes(word))).toEqual([false, false]);
    expect(onDisk().includes('somebody')).toBe(true);
  });
});

const newest = (accountId: string): string =>
  test.db.raw
    .prepare<[string], string>('SELECT remote_id FROM message WHERE account_id = ? ORDER BY seq DESC LIMIT 1')
    .pluck()
    .get(accountId) ?? '';
