import type { InboxItem, RemoteAuthor, RemoteMedia, RemotePost } from '../network';
import type { Post } from './wire';

/** The connected account, as what it looks at is told apart by it. */
export type Viewer = { readonly id: string; readonly handle: string };

export type MessageItem = Extract<InboxItem, { readonly kind: 'message' }>;

export const isOwn = (post: Post, viewer: Viewer): boolean =>
  post.is_reply_owned_by_me === true || post.username?.toLowerCase() === viewer.handle.toLowerCase();

/** Threads tells the names of people and no ids. */
function authorOf(post: Post, viewer: Viewer): RemoteAuthor {
  if (isOwn(post, viewer)) return { remoteId: viewer.id, handle: viewer.handle, displayName: viewer.handle };
  const handle = post.username ?? 'unknown';
  return { remoteId: `name:${handle.toLowerCase()}`, handle, displayName: handle };
}

type Picture = Pick<Post, 'media_type' | 'media_url' | 'thumbnail_url' | 'alt_text'>;

function pictureOf({ media_type, media_url, thumbnail_url, alt_text }: Picture): readonly RemoteMedia[] {
  const isVideo = media_type === 'VIDEO';
  const kind = isVideo ? 'video' : media_type === 'AUDIO' ? 'other' : 'image';
  const url = isVideo ? (thumbnail_url ?? media_url) : media_url;
  return url ? [{ kind, url, alt: alt_text ?? '' }] : [];
}

const picturesOf = (post: Post): readonly RemoteMedia[] => {
  const children = post.children?.data ?? [];
  return children.length > 0 ? children.flatMap(pictureOf) : pictureOf(post);
};

export const toPost = (post: Post, viewer: Viewer): RemotePost => ({
  remoteId: post.id,
  ref: {},
  author: authorOf(post, viewer),
  text: post.text ?? '',
  createdAt: post.timestamp,
  ...(post.permalink && { url: post.permalink }),
  media: picturesOf(post),
});

/** What else Threads may say (covered, blocked, restricted) is not documented: it is taken for neither. */
const hiddenBy: Readonly<Record<string, boolean>> = { HIDDEN: true, NOT_HUSHED: false, UNHUSHED: false };
export const hiddenOf = ({ hide_status: status }: Post): { readonly hidden?: boolean } => {
  const hidden = hiddenBy[status ?? ''];
  return hidden === undefined ? {} : { hidden };
};

export const toMessage = (
  post: Post,
  conversation: MessageItem['conversation'],
  viewer: Viewer,
  more: { readonly isNested?: boolean; readonly context?: boolean } = {},
): MessageItem => ({
  kind: 'message',
  conversation,
  remoteId: post.id,
  ref: { ...(more.isNested && { nested: 'yes' }) },
  author: authorOf(post, viewer),
  own: isOwn(post, viewer),
  text: post.text ?? '',
  createdAt: post.timestamp,
  ...(post.permalink && { url: post.permalink }),
  ...(post.replied_to && { parentRemoteId: post.replied_to.id }),
  media: picturesOf(post),
  ...(more.context && { context: true }),
  ...hiddenOf(post),
});
