import type { ConversationId } from '@shared/domain/ids';
import type { Db } from '../open';

/**
 * What the list shows of a conversation is kept in its row and computed here, in one statement, from its
 * messages. Rules: the snippet is the newest message that is no note; an answer is needed when the newest message that
 * is neither note, nor context, nor deleted, came in; the deadline follows from the network's reply window.
 * Every look-up is one step in `message_in_conversation` or in a partial index.
 */
const REFRESH = `
UPDATE conversation AS c SET
  unread = (SELECT COUNT(*) FROM message m WHERE m.conversation_id = c.id AND m.unread = 1),
  last_message_at = COALESCE((SELECT m.created_at FROM message m
    WHERE m.conversation_id = c.id AND m.direction <> 'note' ORDER BY m.created_at DESC, m.seq DESC LIMIT 1), c.last_message_at),
  snippet = COALESCE((SELECT TRIM(REPLACE(REPLACE(SUBSTR(m.text, 1, 240), char(10), ' '), char(13), ' ')) FROM message m
    WHERE m.conversation_id = c.id AND m.direction <> 'note' ORDER BY m.created_at DESC, m.seq DESC LIMIT 1), ''),
  needs_reply = COALESCE((SELECT m.direction = 'incoming' FROM message m
    WHERE m.conversation_id = c.id AND m.direction <> 'note' AND m.context = 0 AND m.deleted_at IS NULL
    ORDER BY m.created_at DESC, m.seq DESC LIMIT 1), 0),
  last_incoming_at = (SELECT m.created_at FROM message m
    WHERE m.conversation_id = c.id AND m.direction = 'incoming' AND m.context = 0 AND m.deleted_at IS NULL
    ORDER BY m.created_at DESC, m.seq DESC LIMIT 1),
  last_outgoing_at = (SELECT m.created_at FROM message m
    WHERE m.conversation_id = c.id AND m.direction = 'outgoing' AND m.context = 0 AND m.deleted_at IS NULL
    ORDER BY m.created_at DESC, m.seq DESC LIMIT 1),
  author_id = CASE c.type WHEN 'dm' THEN c.author_id ELSE COALESCE((SELECT m.author_id FROM message m
    WHERE m.conversation_id = c.id AND m.direction = 'incoming' AND m.context = 0
    ORDER BY m.created_at DESC, m.seq DESC LIMIT 1), c.author_id) END,
  delivery = (SELECT m.delivery FROM message m
    WHERE m.conversation_id = c.id AND m.delivery IN('queued','sending','failed','needs_check')
    ORDER BY CASE m.delivery WHEN 'needs_check' THEN 0 WHEN 'failed' THEN 1 WHEN 'sending' THEN 2 ELSE 3 END LIMIT 1)
WHERE c.id = ?`;

const DEADLINE = `
UPDATE conversation AS c SET reply_deadline = c.last_incoming_at +
  (SELECT a.capabilities ->> '$.inbox.replyWindowMs' FROM account a WHERE a.id = c.account_id)
WHERE c.id = ?`;

export type Summary = { readonly refresh: (id: ConversationId) => void };

export function createSummary(db: Db): Summary {
  const refresh = db.prepare<[ConversationId]>('conversations.refresh', REFRESH);
  const deadline = db.prepare<[ConversationId]>('conversations.deadline', DEADLINE);
  return {
    refresh: (id) =>
      db.transaction(() => {
        refresh.run(id);
        deadline.run(id);
      }),
  };
}
