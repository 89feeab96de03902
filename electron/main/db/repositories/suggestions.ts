import { desc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { appError } from '@shared/domain/errors';
import type { SuggestionId } from '@shared/domain/ids';
import { parseJson } from '../json';
import type { Db } from '../open';
import { suggestion } from '../schema';

const body = z.object({
  text: z.string(),
  requestId: z.string(),
  responseId: z.string(),
  model: z.string().nullable(),
  checks: z.array(
    z.object({ id: z.string(), verdict: z.enum(['pass', 'warn', 'fail', 'na']), found: z.array(z.string()) }),
  ),
});
export type SuggestionBody = z.infer<typeof body>;
export type SuggestionState = 'open' | 'inserted' | 'rejected' | 'regenerated' | 'approved';

/** What the AI side proposed, as it was shown. */
export type StoredSuggestion = SuggestionBody & {
  readonly id: SuggestionId;
  readonly task: string;
  /** The conversation or post that it is for. */
  readonly subjectId: string | null;
  readonly source: 'model' | 'helper';
  readonly state: SuggestionState;
  readonly requestSeq: number | null;
  readonly responseSeq: number | null;
  readonly createdAt: number;
};
export type SuggestionRepository = ReturnType<typeof createSuggestionRepository>;

/** How many drafts of one conversation or post are compared with what a person approved. */
const SESSION = 50;

export function createSuggestionRepository(db: Db) {
  const byId = db.named(
    'suggestions.byId',
    db.orm
      .select()
      .from(suggestion)
      .where(eq(suggestion.id, sql.placeholder('id')))
      .prepare(),
  );
  const bySubject = db.named(
    'suggestions.bySubject',
    db.orm
      .select()
      .from(suggestion)
      .where(eq(suggestion.subjectId, sql.placeholder('subjectId')))
      .orderBy(desc(suggestion.createdAt), desc(suggestion.id))
      .limit(SESSION)
      .prepare(),
  );
  const settle = (id: SuggestionId, state: Exclude<SuggestionState, 'open'>): void => {
    const changed = db.orm.update(suggestion).set({ state }).where(eq(suggestion.id, id)).run().changes;
    if (changed === 0) throw appError('not_found', { field: 'id' });
  };
  return {
    insert: (row: Omit<StoredSuggestion, 'state'>): void => {
      const { id, task, subjectId, source, requestSeq, responseSeq, createdAt, ...rest } = row;
      const values = {
        id,
        task,
        subjectId,
        source,
        requestSeq,
        responseSeq,
        createdAt,
        body: JSON.stringify(body.parse(rest)),
      };
      db.orm.insert(suggestion).values(values).run();
    },
    byId: (id: SuggestionId): StoredSuggestion | undefined => {
      const row = byId.get({ id });
      return row && toStored(row);
    },
    /** Newest first. */
    bySubject: (subjectId: string): readonly StoredSuggestion[] => bySubject.all({ subjectId }).map(toStored),
    settle,
    approved: (id: SuggestionId): void => settle(id, 'approved'),
    /** Drafts of the AI with the entry of the request they came from, for the coverage check. */
    drafts: function* (): Iterable<{
      readonly draft: string;
      readonly request: string;
      readonly aiSeq: number | null;
    }> {
      const all = db.orm
        .select({ id: suggestion.id, body: suggestion.body, aiSeq: suggestion.requestSeq })
        .from(suggestion)
        .where(eq(suggestion.source, 'model'))
        .all();
      for (const { id, body: json, aiSeq } of all)
        yield { draft: id, request: parseJson(body, json, 'suggestion').requestId, aiSeq };
    },
  };
}

function toStored({ body: json, ...row }: typeof suggestion.$inferSelect): StoredSuggestion {
  return { ...row, ...parseJson(body, json, 'suggestion') };
}
