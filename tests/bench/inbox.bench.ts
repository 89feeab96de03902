import { afterAll, beforeAll, describe, it } from 'vitest';
import type { AccountId, ConversationId } from '@shared/domain/ids';
import { inboxViews } from '../../electron/main/db/repositories/conversation-rows';
import { createConversations, type Conversations } from '../../electron/main/db/repositories/conversations';
import { createMessages } from '../../electron/main/db/repositories/messages';
import { createSearch } from '../../electron/main/db/repositories/search';
import { createInboxSearch } from '../../electron/main/services/search';
import { createFilledDb, type FilledDb } from './support/filled-db';
import { createRandom } from './support/messages';
import { quantile, report } from './support/report';

const MESSAGES = 100_000;
let filled: FilledDb;
let conversations: Conversations;
beforeAll(() => {
  filled = createFilledDb(MESSAGES);
  conversations = createConversations(filled.db);
});
afterAll(() => filled.remove());

function measured<T>(times: number[], work: () => T): T {
  const start = performance.now();
  const result = work();
  times.push(performance.now() - start);
  return result;
}
const p95 = (times: readonly number[]): number => Math.round(quantile(times, 0.95) * 100) / 100;

describe('with 100,000 messages', () => {
  it('searches as a person types', async () => {
    const search = createInboxSearch({ search: createSearch(filled.db), conversations });
    // Frequent and rare words, unfinished ones, phrases, several words, scripts without spaces, no hit at all.
    const typed = [
      'th',
      'the',
      'del',
      'deliv',
      'delivery',
      'order',
      'delivery please',
      '"thanks for"',
      '"the order" help',
    ];
    const more = [
      'kalomi',
      'kalomi1',
      'vel',
      'zu',
      'pin',
      'a',
      '配送',
      '返品した',
      '番号',
      'いつ',
      'nothinglikethis',
      'help order when was',
    ];
    const times: number[] = [];
    for (let round = 0; round < 10; round++) {
      for (const query of [...typed, ...more]) {
        const start = performance.now();
        await search.search({ query, filter: {}, after: null });
        times.push(performance.now() - start);
      }
    }
    report({ name: 'search in 100,000 messages, p95', value: p95(times), unit: 'ms', limit: 30 });
  });

  it('searches with filters', async () => {
    const search = createInboxSearch({ search: createSearch(filled.db), conversations });
    const smallest = filled.accounts[2]!.id;
    const filters = [
      { accountIds: [smallest] },
      { view: 'needs_reply' as const },
      { types: ['dm' as const] },
      { view: 'open' as const, networks: ['practice' as const] },
    ];
    const times: number[] = [];
    for (let round = 0; round < 10; round++) {
      for (const filter of filters) {
        for (const query of ['the', 'delivery', 'order please', 'kalo', '配送']) {
          const start = performance.now();
          await search.search({ query, filter, after: null });
          times.push(performance.now() - start);
        }
      }
    }
    report({
      name: 'search with filters in 100,000 messages, p95',
      value: p95(times),
      unit: 'ms',
      limit: 30,
    });
  });

  it('pages every view of the list from its beginning to its end', () => {
    const times: number[] = [];
    for (const view of inboxViews) {
      let after: string | null = null;
      do after = measured(times, () => conversations.list({ view }, after, 60)).next;
      while (after !== null);
    }
    report({ name: 'a page of the list, p95', value: p95(times), unit: 'ms', limit: 10 });
  });

  it('pages the list of one small account among large ones', () => {
    const accountIds: AccountId[] = [filled.accounts[2]!.id];
    const times: number[] = [];
    for (let round = 0; round < 5; round++) {
      for (const view of inboxViews) {
        let after: string | null = null;
        do after = measured(times, () => conversations.list({ view, accountIds }, after, 60)).next;
        while (after !== null);
      }
    }
    report({ name: 'a page of the list of one account, p95', value: p95(times), unit: 'ms', limit: 20 });
  });

  it('opens conversations of every length', () => {
    const ids = filled.db.raw
      .prepare<[], ConversationId>('SELECT id FROM conversation ORDER BY id')
      .pluck()
      .all();
    const longest = filled.db.raw
      .prepare<[], ConversationId>(
        'SELECT conversation_id FROM message GROUP BY 1 ORDER BY COUNT(*) DESC LIMIT 50',
      )
      .pluck()
      .all();
    const messages = createMessages(filled.db);
    const random = createRandom(3);
    const times: number[] = [];
    for (let round = 0; round < 300; round++) {
      const id = round % 3 === 0 ? longest[random(longest.length)]! : ids[random(ids.length)]!;
      measured(times, () => {
        conversations.rows([id]);
        messages.page(id, null, 200);
      });
    }
    report({ name: 'reading a conversation, p95', value: p95(times), unit: 'ms', limit: 20 });
  });
});
