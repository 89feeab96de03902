import type { ConversationId } from '@shared/domain/ids';
import type { Db } from '../open';

/**
 * What the list shows of a conversation is kept in its row and computed here, in one statement, from its
 * messages. Rules: the snippet is the newest message that is no note; an answer is needed when the newest message
 * that is neither note, nor context, nor deleted, came in; the deadline follows from the network's reply window.
 * Every look-up is a few steps in `message_in_conversation` or in a partial index. Scalar subqueries, though they
 * repeat themselves: the same as joined subqueries takes ten times as long.
 */
const NEWEST = 'ORDER BY m.created_at DESC, m.seq DESC LIMIT 1';
const newest = (column: string, direction: string): string =>
  `(SELECT ${column} FROM message m WHERE m.conversation_id = c.id AND ${direction} ${NEWEST})`;
const isShown = "m.direction <> 'note'";
const cameIn = "m.direction = 'incoming' AND m.context = 0 AND m.deleted_at IS NULL";
const wentOut = "m.direction = 'outgoing' AND m.context = 0 AND m.deleted_at IS NULL";

const REFRESH = `
UPDATE conversation AS c SET
  unread = (SELECT COUNT(*) FROM message m WHERE m.conversation_id = c.id AND m.unread = 1),
  snippet = COALESCE(${newest("TRIM(REPLACE(REPLACE(SUBSTR(m.text, 1, 240), char(10), ' '), char(13), ' '))", isShown)}, ''),
  last_message_at = COALESCE(${newest('m.created_at', isShown)}, c.last_message_at),
  last_incoming_at = ${newest('m.created_at', cameIn)},
  last_outgoing_at = ${newest('m.created_at', wentOut)},
  needs_reply = COALESCE(${newest("m.direction = 'incoming'", `${isShown} AND m.context = 0 AND m.deleted_at IS NULL`)}, 0),
  reply_deadline = ${newest('m.created_at', cameIn)}
    + (SELECT a.capabilities ->> '$.inbox.replyWindowMs' FROM account a WHERE a.id = c.account_id AND c.type = 'dm'),
  author_id = CASE c.type WHEN 'dm' THEN c.author_id ELSE COALESCE(${newest('m.author_id', cameIn)}, c.author_id) END,
  delivery = (SELECT m.delivery FROM message m
    WHERE m.conversation_id = c.id AND m.delivery IN('queued','sending','failed','needs_check')
    ORDER BY CASE m.delivery WHEN 'needs_check' THEN 0 WHEN 'failed' THEN 1 WHEN 'sending' THEN 2 ELSE 3 END LIMIT 1)
WHERE c.id = ?`;

export type Summary = { readonly refresh: (id: ConversationId) => void };

export function createSummary(db: Db): Summary {
  const refresh = db.prepare<[ConversationId]>('conversations.refresh', REFRESH);
  return { refresh: (id) => void refresh.run(id) };
}
