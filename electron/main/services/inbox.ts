import { appError } from '@shared/domain/errors';
import { uuidv7, type ConversationId, type MessageId } from '@shared/domain/ids';
import type { Output, ParsedInput } from '@shared/ipc/contract';
import type { AppEvent } from '@shared/ipc/events';
import type { Accounts } from '../db/repositories/accounts';
import type { Conversations } from '../db/repositories/conversations';
import type { Drafts } from '../db/repositories/drafts';
import type { Messages } from '../db/repositories/messages';
import type { Clock } from '../ports';
import { toMessageView, toOriginView, toRowView, type WhyNoAnswer } from './inbox-views';
import type { PictureAddress } from './remote-pictures';
import type { InboxSearch } from './search';

export type InboxDeps = {
  readonly conversations: Conversations;
  readonly messages: Messages;
  readonly drafts: Drafts;
  readonly accounts: Pick<Accounts, 'require'>;
  readonly search: InboxSearch;
  /** Rows hold where pictures lie; views hold under which name the page may show them. */
  readonly picture: PictureAddress;
  readonly whyNoAnswer: WhyNoAnswer;
  readonly clock: Clock;
  readonly events: { readonly emit: (event: AppEvent) => void };
  /** A conversation was snoozed: plan when it comes back. */
  readonly onSnoozed: () => void;
  /** A person has read a conversation: tell the network, where it wants to know. */
  readonly onRead: (ids: readonly ConversationId[]) => void;
};

/** How many messages a conversation opens with, and how many come with each step back. */
const PAGE = 200;

export function createInboxService(deps: InboxDeps) {
  const { conversations, messages, drafts, clock, events, picture } = deps;
  const rowView = toRowView(picture);
  const messageView = toMessageView(picture, deps.whyNoAnswer);
  const changed = (...ids: ConversationId[]): void => events.emit({ type: 'inbox.changed', ids });

  return {
    list: ({ filter, after, limit }: ParsedInput<'inbox.list'>): Output<'inbox.list'> => {
      const page = conversations.list(filter, after, limit);
      return { items: page.items.map(rowView), next: page.next };
    },
    rows: ({ ids }: ParsedInput<'inbox.rows'>): Output<'inbox.rows'> => conversations.rows(ids).map(rowView),
    counts: (): Output<'inbox.counts'> => conversations.counts(),
    conversation: ({ id }: ParsedInput<'inbox.conversation'>): Output<'inbox.conversation'> => {
      const [row] = conversations.rows([id]);
      if (!row) throw appError('not_found', { field: 'id' });
      const ref = conversations.requireRef(id);
      const { messages: newest, earlier } = messages.page(id, null, PAGE);
      return {
        row: rowView(row),
        origin: toOriginView(picture)(ref.origin, deps.accounts.require(row.accountId)),
        messages: newest.map(messageView),
        earlier,
        draft: drafts.get(id) ?? null,
        history: conversations.history(ref.authorId),
      };
    },
    messages: ({ id, before }: ParsedInput<'inbox.messages'>): Output<'inbox.messages'> => {
      const page = messages.page(id, before, PAGE);
      return { messages: page.messages.map(messageView), earlier: page.earlier };
    },
    search: async (input: ParsedInput<'inbox.search'>): Promise<Output<'inbox.search'>> => {
      const { items, next } = await deps.search.search(input);
      return { items: items.map((hit) => ({ ...hit, conversation: rowView(hit.conversation) })), next };
    },
    setState: ({ ids, state, until }: ParsedInput<'inbox.setState'>): void => {
      if (state === 'snoozed' && (until === undefined || until <= clock.now()))
        throw appError('invalid_input', { field: 'until' });
      conversations.setState(ids, state, until ?? null);
      if (state === 'snoozed') deps.onSnoozed();
      changed(...ids);
    },
    setUnread: ({ ids, unread }: ParsedInput<'inbox.setUnread'>): void => {
      conversations.setUnread(ids, unread);
      if (!unread) deps.onRead(ids);
      changed(...ids);
    },
    saveDraft: ({ id, text }: ParsedInput<'inbox.saveDraft'>): Output<'inbox.saveDraft'> => {
      conversations.requireRef(id);
      const had = drafts.get(id) !== undefined;
      const savedAt = clock.now();
      drafts.save(id, text, savedAt);
      // The list shows whether there is a draft, not what it says.
      if (had !== (text !== '')) changed(id);
      return { savedAt };
    },
    addNote: ({ id, text }: ParsedInput<'inbox.addNote'>): Output<'inbox.addNote'> => {
      conversations.requireRef(id);
      const now = clock.now();
      const note = messages.insertNote({
        id: uuidv7<MessageId>(now),
        conversationId: id,
        text,
        createdAt: now,
      });
      changed(id);
      return messageView({ ...note, author: null });
    },
  };
}
