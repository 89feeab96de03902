import type { Metrics } from '@shared/domain/network';
import type { InboxItem, RemoteAuthor, RemoteMedia, RemotePost, RemoteTarget } from '../network';
import { avatarOf } from './auth';
import type { DiscordEndpoints } from './endpoints';
import { messageKey } from './keys';
import type { Attachment, Message, User } from './wire';

export type Viewer = {
  readonly bot: string;
  /** The server of the channel; absent in direct channels. */
  readonly server?: string;
  readonly endpoints: DiscordEndpoints;
};

const DEFAULT = 0;
const REPLY = 19;

export const isOwn = (message: Message, viewer: Viewer): boolean => message.author.id === viewer.bot;
/** What the message answers. Forwards refer to another message too, but answer nothing. */
export const parentId = (message: Message): string | undefined =>
  message.type === REPLY ? (message.message_reference?.message_id ?? undefined) : undefined;

/** People's own words: no notices of the server, no other bots, no webhooks. */
export const isSaid = (message: Message, viewer: Viewer): boolean =>
  [DEFAULT, REPLY].includes(message.type) &&
  (isOwn(message, viewer) || (message.author.bot !== true && !message.webhook_id)) &&
  (textOf(message) !== '' || (message.attachments ?? []).length > 0);

export const toAuthor = (user: User, { endpoints }: Viewer): RemoteAuthor => {
  const avatarUrl = avatarOf(user, endpoints);
  return {
    remoteId: user.id,
    handle: user.username,
    displayName: user.global_name ?? user.username,
    ...(avatarUrl !== undefined && { avatarUrl }),
  };
};

/** Names instead of ids, and words for what is none. */
export function textOf(message: Message): string {
  const names = new Map((message.mentions ?? []).map(({ id, username }) => [id, username]));
  const words = message.content
    .replace(/<@!?(\d+)>/g, (written, id: string) => (names.has(id) ? `@${names.get(id)}` : written))
    .replace(/<a?(:\w+:)\d+>/g, '$1');
  const stickers = (message.sticker_items ?? []).map(({ name }) => `[sticker: ${name}]`);
  const poll = message.poll ? [`[poll: ${message.poll.question.text ?? ''}]`] : [];
  return [words, ...stickers, ...poll].filter((part) => part !== '').join('\n');
}

const kindOf = ({ content_type: type }: Attachment): RemoteMedia['kind'] => {
  if (type?.startsWith('image/')) return 'image';
  return type?.startsWith('video/') ? 'video' : 'other';
};
const mediaOf = (message: Message): readonly RemoteMedia[] =>
  (message.attachments ?? []).map((one) => ({ kind: kindOf(one), url: one.url, alt: one.description ?? '' }));

export const timeOf = (message: Message): number => Date.parse(message.timestamp);
export const webUrl = (channel: string, id: string, { server, endpoints }: Viewer): string =>
  `${endpoints.web}/channels/${server ?? '@me'}/${channel}/${id}`;

/** Who wrote it: needed to answer in private. */
const refOf = (message: Message): RemoteTarget['ref'] => ({ author: message.author.id });

export type MessageItem = Extract<InboxItem, { readonly kind: 'message' }>;

export function toMessage(
  message: Message,
  conversation: MessageItem['conversation'],
  viewer: Viewer,
  context = false,
): MessageItem {
  const parent = parentId(message);
  return {
    kind: 'message',
    conversation,
    remoteId: messageKey(message.channel_id, message.id),
    ref: refOf(message),
    author: toAuthor(message.author, viewer),
    own: isOwn(message, viewer),
    text: textOf(message),
    createdAt: timeOf(message),
    url: webUrl(message.channel_id, message.id, viewer),
    ...(parent !== undefined && { parentRemoteId: messageKey(message.channel_id, parent) }),
    media: mediaOf(message),
    ...(context && { context: true }),
  };
}

/** Undefined where nobody has edited it. What is no person's words any more has none. */
export const toEdited = (message: Message, viewer: Viewer): InboxItem | undefined =>
  message.edited_timestamp
    ? {
        kind: 'edited',
        remoteId: messageKey(message.channel_id, message.id),
        text: isSaid(message, viewer) ? textOf(message) : '',
        editedAt: Date.parse(message.edited_timestamp),
      }
    : undefined;

export const toOrigin = (message: Message, viewer: Viewer): RemotePost => ({
  remoteId: messageKey(message.channel_id, message.id),
  ref: refOf(message),
  author: toAuthor(message.author, viewer),
  text: textOf(message),
  createdAt: timeOf(message),
  url: webUrl(message.channel_id, message.id, viewer),
  media: mediaOf(message),
});

/** All reactions together; Discord says nothing where there is none. */
export const metricsOf = ({ reactions }: Message): Metrics =>
  reactions ? { likes: reactions.reduce((sum, { count }) => sum + count, 0) } : {};
