import { and, eq, sql } from 'drizzle-orm';
import type { ConversationId, MessageId } from '@shared/domain/ids';
import { snippetOf, type SnippetPart } from '../highlight';
import type { Db } from '../open';
import { conversation, message } from '../schema';
import { parseSearch, type SearchQuery } from '../search-query';
import { filterParams, inView, narrowed, type InboxFilter, type InboxView } from './conversation-rows';

export type Hit = {
  readonly seq: number;
  readonly messageId: MessageId;
  readonly conversationId: ConversationId;
  readonly snippet: readonly SnippetPart[];
  readonly at: number;
};
/** `next` is where to go on; null when everything was looked at. A part may be empty and still have a `next`. */
export type SearchPart = { readonly hits: readonly Hit[]; readonly next: number | null };
export type Search = ReturnType<typeof createSearch>;

/** Row numbers looked at in one go: bounds the time of a frequent word under a filter that few messages pass. */
const SCAN = 2_000;

/** Full-text search, newest first: row numbers rise with time, so the index gives hits in order and stops early. */
export function createSearch(db: Db) {
  const candidates = candidateStatements(db);
  const pages = new Map<InboxView | 'any', ReturnType<typeof preparePage>>();
  const pageFor = (view: InboxView | 'any') => {
    const known = pages.get(view) ?? preparePage(db, view);
    pages.set(view, known);
    return known;
  };

  return {
    /** Looks at no more than one stretch of the index; call again with `next` for what follows. */
    part: (input: {
      readonly query: string;
      readonly filter: InboxFilter;
      readonly before: number | null;
      readonly limit: number;
    }): SearchPart => {
      const query = parseSearch(input.query);
      if (!query) return { hits: [], next: null };
      const { filter, limit } = input;
      const isNarrow = [filter.view, filter.accountIds, filter.networks, filter.types].some(
        (part) => part !== undefined,
      );
      const scan = isNarrow || query.literals.length > 0 ? SCAN : limit + 1;
      const seqs = candidates(query, input.before ?? Number.MAX_SAFE_INTEGER, scan);
      const rows = pageFor(filter.view ?? 'any').all({
        ...filterParams(filter),
        seqs: JSON.stringify(seqs),
        literals: JSON.stringify(query.literals),
        limit: limit + 1,
      });
      const hits = rows
        .slice(0, limit)
        .map(({ text, ...row }) => ({ ...row, snippet: snippetOf(text, query.terms) }));
      const last = rows.length > limit ? hits.at(-1)?.seq : seqs.length === scan ? seqs.at(-1) : undefined;
      return { hits, next: last ?? null };
    },
  };
}

/** Row numbers of possible hits below `before`, descending. Literals are checked by the page, against the text. */
function candidateStatements(db: Db): (query: SearchQuery, before: number, limit: number) => number[] {
  const matching = (name: string, table: string) =>
    db
      .prepare<[string, number, number], number>(
        name,
        `SELECT rowid FROM ${table} WHERE ${table} MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?`,
      )
      .pluck();
  const words = matching('search.words', 'message_fts');
  const trigrams = matching('search.trigrams', 'message_trigram');
  // Its rows are exactly the messages in scripts without spaces.
  const unspaced = db
    .prepare<[number, number], number>(
      'search.unspaced',
      'SELECT id FROM message_trigram_docsize WHERE id < ? ORDER BY id DESC LIMIT ?',
    )
    .pluck();
  return (query, before, limit) => {
    if (query.words !== null) return words.all(query.words, before, limit);
    if (query.trigrams !== null) return trigrams.all(query.trigrams, before, limit);
    return unspaced.all(before, limit);
  };
}

function preparePage(db: Db, view: InboxView | 'any') {
  return db.named(
    `search.page ${view}`,
    db.orm
      .select({
        seq: message.seq,
        messageId: message.id,
        conversationId: message.conversationId,
        text: message.text,
        at: message.createdAt,
      })
      .from(message)
      .innerJoin(conversation, eq(conversation.id, message.conversationId))
      .where(
        and(
          sql`${message.seq} IN (SELECT value FROM json_each(${sql.placeholder('seqs')}))`,
          view === 'any' ? undefined : inView[view],
          narrowed,
          sql`NOT EXISTS (SELECT 1 FROM json_each(${sql.placeholder('literals')}) AS term WHERE instr(lower(${message.text}), term.value) = 0)`,
        ),
      )
      .orderBy(sql`${message.seq} DESC`)
      .limit(sql.placeholder('limit'))
      .prepare(),
  );
}
