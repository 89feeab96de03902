import type { AccountId, ConversationId, SavedReplyId } from '@shared/domain/ids';
import { isUnspaced, type Candidate } from '../ai/on-device/match';
import type { TaskContext } from '../ai/task';

/** Texts that people of this workspace wrote or approved before, by how well they fit. */
export type HelperSources = {
  readonly savedReplies: (
    query: string,
    accountId: AccountId | null,
    limit: number,
  ) => readonly SavedReplyHit[];
  readonly allSavedReplies: () => readonly (Omit<SavedReplyHit, 'score'> & {
    readonly accountId: AccountId | null;
  })[];
  readonly answers: (query: string, accountId: AccountId, limit: number) => readonly AnswerHit[];
  /** The text of a saved reply with its variables filled for a conversation. */
  readonly fill: (input: { readonly id: SavedReplyId; readonly conversationId: ConversationId }) => {
    readonly text: string;
  };
};
type SavedReplyHit = {
  readonly id: SavedReplyId;
  readonly title: string;
  readonly body: string;
  readonly score: number;
};
type AnswerHit = { readonly question: string; readonly answer: string; readonly score: number };

/** How many of each kind are compared. */
const CANDIDATES = 12;

/** What may answer the message of a conversation: saved replies with their variables filled, and approved answers. */
export function candidates(
  sources: HelperSources,
  terms: readonly string[],
  context: TaskContext,
  conversationId: ConversationId,
): readonly Candidate[] {
  if (terms.length === 0 || context.account === null) return [];
  const accountId = context.account.id as AccountId;
  const query = terms.join(' ');
  // Full-text search splits at spaces; where there are none, the words are compared one by one.
  const replies = isUnspaced(query)
    ? sources
        .allSavedReplies()
        .filter((reply) => reply.accountId === null || reply.accountId === accountId)
        .map((reply) => ({ ...reply, score: 0 }))
    : sources.savedReplies(query, accountId, CANDIDATES);
  return [
    ...replies.map((reply) => ({
      kind: 'saved_reply' as const,
      id: reply.id,
      title: reply.title,
      about: `${reply.title}\n${reply.body}`,
      text: sources.fill({ id: reply.id, conversationId }).text,
      score: reply.score,
    })),
    ...sources.answers(query, accountId, CANDIDATES).map((past, at) => ({
      kind: 'past_answer' as const,
      id: `answer-${at}`,
      title: past.question.slice(0, 80),
      about: past.question,
      text: past.answer,
      score: past.score,
    })),
  ];
}
