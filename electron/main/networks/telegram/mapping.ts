import type { InboxItem, RemoteAuthor, RemotePost, RemoteTarget } from '../network';
import { attachmentOf, mediaOf, textOf, wordsOf } from './attachments';
import { messageKey } from './keys';
import type { SeenPost } from './memory';
import type { BareMessage, Chat, User } from './wire';

/** Who looks: the bot, the chat that it publishes to, and the discussion group of that channel. */
export type Viewer = {
  readonly bot: string;
  readonly botName: string | undefined;
  readonly chat: string | null;
  readonly discussion: string | null;
  readonly web: string;
};

const nameOf = (who: { readonly first_name?: string; readonly last_name?: string }): string =>
  [who.first_name, who.last_name].filter(Boolean).join(' ');

const userAuthor = (user: User): RemoteAuthor => ({
  remoteId: String(user.id),
  handle: user.username ?? String(user.id),
  displayName: nameOf(user) || String(user.id),
});
export const chatAuthor = (chat: Chat): RemoteAuthor => ({
  remoteId: String(chat.id),
  handle: chat.username ?? String(chat.id),
  displayName: chat.title ?? (nameOf(chat) || String(chat.id)),
});

/** Who speaks through a chat (a channel, an anonymous administrator) is that chat: `from` is a stand-in then. */
export const authorOf = (message: BareMessage): RemoteAuthor => {
  if (message.sender_chat) return chatAuthor(message.sender_chat);
  return message.from ? userAuthor(message.from) : chatAuthor(message.chat);
};

/** Written by the bot, in the name of the channel, or by an anonymous administrator of an own group. */
export function isOwn(message: BareMessage, viewer: Viewer): boolean {
  if (String(message.from?.id ?? '') === viewer.bot && !message.sender_chat) return true;
  const speaker = message.sender_chat && String(message.sender_chat.id);
  return speaker !== undefined && (speaker === viewer.chat || speaker === viewer.discussion);
}

/** Members that come and go, pinned messages and the like say nothing. */
export const saysSomething = (message: BareMessage): boolean => textOf(message) !== '';

export const timeOf = ({ date }: { readonly date: number }): number => date * 1000;

/** A message of a public chat by its name, of a private supergroup by its number without the -100. */
export function webUrl(chat: Chat, id: number, web: string): string | undefined {
  if (chat.username !== undefined && chat.type !== 'private') return `${web}/${chat.username}/${id}`;
  const [, number] = /^-100(\d+)$/.exec(String(chat.id)) ?? [];
  return number === undefined ? undefined : `${web}/c/${number}/${id}`;
}

const refOf = (message: BareMessage): RemoteTarget['ref'] => ({
  ...(message.message_thread_id !== undefined && { thread: String(message.message_thread_id) }),
});

export const keyOf = (message: BareMessage): string =>
  messageKey(message.chat.id, message.message_id, message.business_connection_id);

export type MessageItem = Extract<InboxItem, { readonly kind: 'message' }>;

export const toMessage = (
  message: BareMessage & { readonly reply_to_message?: BareMessage },
  conversation: MessageItem['conversation'],
  own: boolean,
  viewer: Viewer,
): MessageItem => {
  const url = webUrl(message.chat, message.message_id, viewer.web);
  const { reply_to_message: parent } = message;
  return {
    kind: 'message',
    conversation,
    remoteId: keyOf(message),
    ref: refOf(message),
    author: authorOf(message),
    own,
    text: textOf(message),
    createdAt: timeOf(message),
    ...(url !== undefined && { url }),
    ...(parent && !parent.is_automatic_forward && { parentRemoteId: keyOf(parent) }),
    media: mediaOf(message),
  };
};

/** A post of the channel, also where only its copy in the discussion group is at hand. */
export function toOrigin(message: BareMessage, viewer: Viewer): RemotePost {
  const { forward_origin: from } = message;
  const source = message.is_automatic_forward ? from : undefined;
  const chat = source?.chat ?? message.sender_chat ?? message.chat;
  const post = { chat: source?.chat ?? message.chat, id: source?.message_id ?? message.message_id };
  const url = webUrl(post.chat, post.id, viewer.web);
  return {
    remoteId: messageKey(post.chat.id, post.id),
    ref: {},
    author: message.is_automatic_forward ? chatAuthor(chat) : authorOf(message),
    text: textOf(message),
    createdAt: timeOf(source ?? message),
    ...(url !== undefined && { url }),
    media: mediaOf(message),
  };
}

/** A channel post as it shows in the channel or, as its copy, in the discussion group. */
export function seenPost(message: BareMessage): SeenPost | undefined {
  const source = message.is_automatic_forward ? message.forward_origin : message;
  if (source?.message_id === undefined || !source.chat) return undefined;
  return {
    chat: String(source.chat.id),
    id: source.message_id,
    text: wordsOf(message),
    hasMedia: attachmentOf(message) !== undefined,
    inAlbum: message.media_group_id !== undefined,
    date: timeOf(source),
  };
}
