import type { AccountId, ConversationId } from '@shared/domain/ids';
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
/** How long its person may be answered (`replyWindowOf`); nothing where there is no such limit. */
const replyWindow = `(SELECT CASE WHEN a.features ->> ('$.' || (a.capabilities ->> '$.inbox.extendedReply.feature'))
    THEN a.capabilities ->> '$.inbox.extendedReply.windowMs' ELSE a.capabilities ->> '$.inbox.replyWindowMs' END
  FROM account a WHERE a.id = c.account_id AND c.type = 'dm')`;

const REFRESH = `
UPDATE conversation AS c SET
  unread = (SELECT COUNT(*) FROM message m WHERE m.conversation_id = c.id AND m.unread = 1),
  snippet = COALESCE(${newest("TRIM(REPLACE(REPLACE(SUBSTR(m.text, 1, 240), char(10), ' '), char(13), ' '))", isShown)}, ''),
  last_message_at = COALESCE(${newest('m.created_at', isShown)}, c.last_message_at),
  last_incoming_at = ${newest('m.created_at', cameIn)},
  last_outgoing_at = ${newest('m.created_at', wentOut)},
  needs_reply = COALESCE(${newest("m.direction = 'incoming'", `${isShown} AND m.context = 0 AND m.deleted_at IS NULL`)}, 0),
  reply_deadline = ${newest('m.created_at', cameIn)} + ${replyWindow},
  author_id = CASE c.type WHEN 'dm' THEN c.author_id ELSE COALESCE(${newest('m.author_id', cameIn)}, c.author_id) END,
  delivery = (SELECT m.delivery FROM message m
    WHERE m.conversation_id = c.id AND m.delivery IN('queued','sending','failed','needs_check')
    ORDER BY CASE m.delivery WHEN 'needs_check' THEN 0 WHEN 'failed' THEN 1 WHEN 'sending' THEN 2 ELSE 3 END LIMIT 1)
WHERE c.id = ?`;

const DEADLINES = `
UPDATE conversation AS c SET reply_deadline = c.last_incoming_at + ${replyWindow}
WHERE c.account_id = ? AND c.type = 'dm'`;

export type Summary = {
  readonly refresh: (id: ConversationId) => void;
  /** For all conversations of an account whose time for answers has become another. */
  readonly refreshDeadlines: (id: AccountId) => void;
};

export function createSummary(db: Db): Summary {
  const refresh = db.prepare<[ConversationId]>('conversations.refresh', REFRESH);
  const deadlines = db.prepare<[AccountId]>('conversations.deadlines', DEADLINES);
  return {
    refresh: (id) => void refresh.run(id),
    refreshDeadlines: (id) => void deadlines.run(id),
  };
}
