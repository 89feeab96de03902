import type { ConversationRow, SearchHit } from '@shared/ipc/inbox';

/** One row of the list: a conversation, or a hit in one. */
export type ListItem = {
  readonly key: string;
  readonly row: ConversationRow;
  readonly hit?: Pick<SearchHit, 'snippet' | 'at'>;
};

export const rowItem = (row: ConversationRow): ListItem => ({ key: row.id, row });
export const hitItem = ({ conversation, messageId, snippet, at }: SearchHit): ListItem => ({
  key: messageId,
  row: conversation,
  hit: { snippet, at },
});
