import { setImmediate as breathe } from 'node:timers/promises';
import { appError } from '@shared/domain/errors';
import type { Output, ParsedInput } from '@shared/ipc/contract';
import type { ConversationRow } from '../db/repositories/conversation-rows';
import type { Conversations } from '../db/repositories/conversations';
import type { Hit, Search } from '../db/repositories/search';

export type InboxSearch = ReturnType<typeof createInboxSearch>;

const PAGE = 30;
/** Stretches of the index looked at for one page before it is handed out as far as it is. */
const MAX_PARTS = 40;

/** Full-text search in all conversations, newest first. The main thread breathes between stretches of the index. */
export function createInboxSearch(deps: {
  readonly search: Search;
  readonly conversations: Pick<Conversations, 'rows'>;
}) {
  return {
    search: async ({
      query,
      filter,
      after,
    }: ParsedInput<'inbox.search'>): Promise<Output<'inbox.search'>> => {
      const hits: Hit[] = [];
      let before = decodeSeq(after);
      for (let part = 0; part < MAX_PARTS && hits.length < PAGE; part++) {
        if (part > 0) await breathe();
        const found = deps.search.part({ query, filter, before, limit: PAGE - hits.length });
        hits.push(...found.hits);
        before = found.next;
        if (before === null) break;
      }
      return { items: withConversations(deps, hits), next: before === null ? null : String(before) };
    },
  };
}

function withConversations(
  deps: { readonly conversations: Pick<Conversations, 'rows'> },
  hits: readonly Hit[],
) {
  const ids = [...new Set(hits.map(({ conversationId }) => conversationId))];
  const rows = new Map<string, ConversationRow>(deps.conversations.rows(ids).map((row) => [row.id, row]));
  return hits.flatMap(({ conversationId, messageId, snippet, at }) => {
    const conversation = rows.get(conversationId);
    return conversation ? [{ conversation, messageId, snippet, at }] : [];
  });
}

function decodeSeq(cursor: string | null): number | null {
  if (cursor === null) return null;
  if (!/^\d{1,16}$/.test(cursor)) throw appError('invalid_input', { field: 'after', detail: 'not a cursor' });
  return Number(cursor);
}
