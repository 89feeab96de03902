import type { InboxItem, RemoteAuthor, RemoteMedia, RemotePost } from '../network';
import type { InstagramEndpoints } from './endpoints';
import type { Comment, Media, Message } from './wire';

/** The connected account, as what it looks at is told apart by it. */
export type Viewer = {
  readonly id: string;
  readonly handle: string;
  readonly web: InstagramEndpoints['web'];
};

export type MessageItem = Extract<InboxItem, { readonly kind: 'message' }>;

const sameName = (one: string | null | undefined, other: string): boolean =>
  one?.toLowerCase() === other.toLowerCase();

export const isOwnComment = (comment: Comment, viewer: Viewer): boolean =>
  comment.from?.id === viewer.id || sameName(comment.from?.username ?? comment.username, viewer.handle);
export const isOwnMessage = ({ from }: Message, viewer: Viewer): boolean =>
  from.id === viewer.id || sameName(from.username, viewer.handle);

/** People have an id for this account only; where Instagram leaves it out, their name is all there is. */
const personKey = (id: string | undefined, name: string): string => id ?? `name:${name.toLowerCase()}`;

function authorOf(id: string | undefined, username: string | null | undefined): RemoteAuthor {
  const handle = username ?? id ?? 'unknown';
  return { remoteId: personKey(id, handle), handle, displayName: handle };
}

const ownAuthor = (viewer: Viewer): RemoteAuthor => ({
  remoteId: viewer.id,
  handle: viewer.handle,
  displayName: viewer.handle,
});

type Picture = Pick<Media, 'media_type' | 'media_url' | 'thumbnail_url' | 'alt_text'>;

function pictureOf({ media_type, media_url, thumbnail_url, alt_text }: Picture): readonly RemoteMedia[] {
  const kind = media_type === 'VIDEO' ? 'video' : 'image';
  const url = kind === 'video' ? (thumbnail_url ?? media_url) : (media_url ?? thumbnail_url);
  return url ? [{ kind, url, alt: alt_text ?? '' }] : [];
}

export const picturesOf = (media: Media): readonly RemoteMedia[] => {
  const children = media.children?.data ?? [];
  return children.length > 0 ? children.flatMap(pictureOf) : pictureOf(media);
};

export const toPost = (media: Media, viewer: Viewer): RemotePost => ({
  remoteId: media.id,
  ref: {},
  author:
    media.username && !sameName(media.username, viewer.handle)
      ? authorOf(undefined, media.username)
      : ownAuthor(viewer),
  text: media.caption ?? '',
  createdAt: media.timestamp,
  ...(media.permalink && { url: media.permalink }),
  media: picturesOf(media),
});

/** One comment or answer below a post of the account; the comment on top names the conversation. */
export function toComment(
  comment: Comment,
  place: { readonly top: Comment; readonly origin: RemotePost },
  viewer: Viewer,
  context = false,
): MessageItem {
  const own = isOwnComment(comment, viewer);
  const isTop = comment.id === place.top.id;
  const person = comment.from?.id;
  return {
    kind: 'message',
    conversation: { remoteKey: place.top.id, type: 'comment', origin: place.origin },
    remoteId: comment.id,
    ref: {
      media: place.origin.remoteId,
      ...(!isTop && { top: place.top.id }),
      ...(person !== undefined && !own && { person }),
    },
    author: own ? ownAuthor(viewer) : authorOf(person, comment.from?.username ?? comment.username),
    own,
    text: comment.text ?? '',
    createdAt: comment.timestamp,
    ...(place.origin.url !== undefined && { url: place.origin.url }),
    ...(!isTop && { parentRemoteId: place.top.id }),
    media: [],
    ...(context && { context: true }),
    ...(typeof comment.hidden === 'boolean' && { hidden: comment.hidden }),
  };
}

/** A post of somebody else that shows the account in it. */
export const toTag = (media: Media, viewer: Viewer): MessageItem => ({
  kind: 'message',
  conversation: { remoteKey: `tag:${media.id}`, type: 'mention' },
  remoteId: media.id,
  ref: { tag: 'yes' },
  author: authorOf(undefined, media.username),
  own: sameName(media.username, viewer.handle),
  text: media.caption ?? '',
  createdAt: media.timestamp,
  ...(media.permalink && { url: media.permalink }),
  media: picturesOf(media),
});

const DIRECT = 'person:';
export const directKey = (person: string): string => `${DIRECT}${person}`;
/** The person of a direct conversation; undefined for any other key. */
export const personOf = (key: string): string | undefined =>
  key.startsWith(DIRECT) ? key.slice(DIRECT.length) || undefined : undefined;

export function toDirect(
  message: Message,
  other: { readonly id: string; readonly username?: string | null },
  viewer: Viewer,
): MessageItem {
  const own = isOwnMessage(message, viewer);
  const person = authorOf(other.id, other.username);
  return {
    kind: 'message',
    conversation: { remoteKey: directKey(other.id), type: 'dm', other: person },
    remoteId: message.id,
    ref: {},
    author: own ? ownAuthor(viewer) : person,
    own,
    text: message.message ?? '',
    createdAt: message.created_time,
    media: (message.attachments?.data ?? []).flatMap(attachmentOf),
  };
}

function attachmentOf(
  attachment: NonNullable<Message['attachments']>['data'][number],
): readonly RemoteMedia[] {
  const video = attachment.video_data;
  if (attachment.image_data) return [{ kind: 'image', url: attachment.image_data.url, alt: '' }];
  if (video) return [{ kind: 'video', url: video.preview_url ?? video.url, alt: '' }];
  return attachment.file_url ? [{ kind: 'other', url: attachment.file_url, alt: '' }] : [];
}
