import { appError } from '@shared/domain/errors';
import type { AccountId, ConversationId } from '@shared/domain/ids';
import type { AiTask } from '@shared/ipc/ai';
import type { KnownPerson } from '../ai/guard/redact';
import type { SpeakingAccount, TaskContext, ThreadMessage } from '../ai/task';
import type { Accounts } from '../db/repositories/accounts';
import type { Conversations } from '../db/repositories/conversations';
import type { Messages, ThreadMessage as ThreadRow } from '../db/repositories/messages';
import type { TransparencyLog } from '../transparency/log';

export type ContextDeps = {
  readonly accounts: Pick<Accounts, 'require'>;
  readonly conversations: Pick<Conversations, 'requireRef'>;
  readonly messages: Pick<Messages, 'thread'>;
  readonly transparency: Pick<TransparencyLog, 'subject'>;
};

/** More than a prompt carries, so that notes and deleted messages can be left out. */
const THREAD = 40;
const empty = { people: [], subjects: {}, thread: [], message: null, own: null, style: null } as const;

/** Collects what a task may read: its own thread and account, never another one's. */
export function createTaskContexts({ accounts, conversations, messages, transparency }: ContextDeps) {
  const account = (id: AccountId | null, directMessage = false): SpeakingAccount | null => {
    if (id === null) return null;
    const row = accounts.require(id);
    const { capabilities } = row;
    return {
      id: row.id,
      network: row.network,
      networkName: capabilities.name,
      handle: row.handle,
      name: row.displayName,
      brand: row.brand,
      voiceNotes: row.voiceNotes,
      limit: directMessage ? capabilities.directMessage.text : capabilities.publish.text,
    };
  };

  const conversation = (id: ConversationId) => {
    const ref = conversations.requireRef(id);
    const rows = messages
      .thread(id, THREAD)
      .filter((row) => row.direction !== 'note' && row.deletedAt === null);
    const people = [
      ...new Map(rows.flatMap(({ author }) => (author ? [[author.id, author] as const] : []))).values(),
    ];
    return {
      ref,
      rows,
      people: people.map(personOf),
      subjects: Object.fromEntries(
        people.map((author) => [
          author.handle,
          transparency.subject('author', `${author.network}:${author.id}`),
        ]),
      ),
    };
  };

  return (task: AiTask): TaskContext => {
    switch (task.task) {
      case 'reply_draft': {
        const { ref, rows, people, subjects } = conversation(task.conversationId);
        const at = rows.findLastIndex(({ direction, context }) => direction === 'incoming' && !context);
        const answered = rows[at];
        if (!answered)
          throw appError('not_found', { field: 'conversationId', detail: 'no message to answer' });
        return {
          ...empty,
          account: account(ref.accountId, ref.type === 'dm'),
          people,
          subjects,
          thread: rows.filter((row) => row !== answered).map(threadMessage),
          message: threadMessage(answered),
          refs: { thread: ref.id, message: answered.id },
        };
      }
      case 'rewrite': {
        const about = task.conversationId && conversation(task.conversationId);
        return {
          ...empty,
          account: account(task.accountId ?? about?.ref.accountId ?? null, about?.ref.type === 'dm'),
          people: about?.people ?? [],
          subjects: about?.subjects ?? {},
          own: task.text,
          style: task.style,
          refs: {
            ...(task.conversationId && { thread: task.conversationId }),
            ...(task.postId && { post: task.postId }),
          },
        };
      }
      case 'post_draft':
        return {
          ...empty,
          account: account(task.accountId),
          own: task.brief,
          refs: task.postId ? { post: task.postId } : {},
        };
    }
  };
}

const personOf = (author: NonNullable<ThreadRow['author']>): KnownPerson => ({
  name: author.displayName,
  handle: author.handle,
});
const threadMessage = (row: ThreadRow): ThreadMessage => ({
  id: row.id,
  from: row.direction === 'outgoing' ? 'account' : 'author',
  author: row.author && personOf(row.author),
  text: row.text,
  lang: row.lang,
});
