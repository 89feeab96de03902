import type { inbox as contract } from '@shared/ipc/inbox';
import type { FeatureHandlers, ServiceFor } from './router';

type Services = {
  readonly inbox: ServiceFor<
    'inbox',
    | 'list'
    | 'rows'
    | 'counts'
    | 'conversation'
    | 'messages'
    | 'search'
    | 'setState'
    | 'setUnread'
    | 'saveDraft'
    | 'addNote'
  >;
  readonly savedReplies: ServiceFor<
    'inbox',
    'savedReplies' | 'saveSavedReply' | 'deleteSavedReply' | 'fillSavedReply'
  >;
  readonly replies: ServiceFor<'inbox', 'reply' | 'undoReply'>;
  readonly actions: ServiceFor<'inbox', 'like' | 'hide' | 'delete'>;
};

export const inboxHandlers = ({
  inbox,
  savedReplies,
  replies,
  actions,
}: Services): FeatureHandlers<typeof contract> => ({
  'inbox.list': inbox.list,
  'inbox.rows': inbox.rows,
  'inbox.counts': inbox.counts,
  'inbox.conversation': inbox.conversation,
  'inbox.messages': inbox.messages,
  'inbox.search': inbox.search,
  'inbox.setState': inbox.setState,
  'inbox.setUnread': inbox.setUnread,
  'inbox.saveDraft': inbox.saveDraft,
  'inbox.addNote': inbox.addNote,
  'inbox.savedReplies': savedReplies.savedReplies,
  'inbox.saveSavedReply': savedReplies.saveSavedReply,
  'inbox.deleteSavedReply': savedReplies.deleteSavedReply,
  'inbox.fillSavedReply': savedReplies.fillSavedReply,
  'inbox.reply': replies.reply,
  'inbox.undoReply': replies.undoReply,
  'inbox.like': actions.like,
  'inbox.hide': actions.hide,
  'inbox.delete': actions.delete,
});
