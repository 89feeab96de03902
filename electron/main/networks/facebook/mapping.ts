import type { InboxItem, RemoteAuthor, RemoteMedia, RemotePost, RemoteTarget } from '../network';
import type { Attachment, Comment, Message, MessageAttachment, Person, Post } from './wire';

export type MessageItem = Extract<InboxItem, { readonly kind: 'message' }>;
/** What the same item means to the Page that looks at it. */
export type Viewer = { readonly page: string; readonly web: string };

type Written = { readonly id: string; readonly from?: Person | null };
export const isOwn = ({ from }: Written, viewer: Viewer): boolean => from?.id === viewer.page;

/** Facebook tells who wrote something only with the right permission, and knows people by name, not by handle. */
export const toAuthor = ({ id, from }: Written): RemoteAuthor =>
  from
    ? { remoteId: from.id, handle: from.name || from.id, displayName: from.name || 'Facebook user' }
    : { remoteId: `unknown:${id}`, handle: 'Facebook user', displayName: 'Facebook user' };

type Attached = Attachment & {
  readonly subattachments?: { readonly data: readonly Attachment[] } | null;
};

function toMedia(attachment: Attached): readonly RemoteMedia[] {
  const parts = attachment.subattachments?.data ?? [];
  if (parts.length > 0) return parts.flatMap(toMedia);
  const type = attachment.media_type ?? attachment.type ?? '';
  const url = attachment.media?.image?.src;
  // The picture of a link belongs to the page it leads to.
  if (!url || /share|link/.test(type)) return [];
  const kind = /video|reel/.test(type) ? 'video' : /photo|image|sticker|gif/.test(type) ? 'image' : 'other';
  return [{ kind, url, alt: attachment.description ?? '' }];
}

/** Ids of the photos in a post, where Facebook tells them. */
export const targetsOf = (post: Post): readonly string[] =>
  (post.attachments?.data ?? [])
    .flatMap((one) => one.subattachments?.data ?? [one])
    .flatMap(({ target }) => target?.id ?? []);

const postMedia = (post: Post): readonly RemoteMedia[] => (post.attachments?.data ?? []).flatMap(toMedia);
const commentMedia = (comment: Comment): readonly RemoteMedia[] =>
  comment.attachment ? toMedia(comment.attachment) : [];

/** A story ("… updated their cover photo") is Facebook's text where the author wrote none. */
export const textOf = (post: Post): string => post.message ?? post.story ?? '';

/** `at`: private answers are possible for some days only. */
const refOf = (kind: 'post' | 'comment', at: number, post: string): RemoteTarget['ref'] => ({
  kind,
  at: String(at),
  post,
});

export const toOrigin = (post: Post, viewer: Viewer): RemotePost => ({
  remoteId: post.id,
  ref: refOf('post', post.created_time, post.id),
  author: toAuthor(post),
  text: textOf(post),
  createdAt: post.created_time,
  url: post.permalink_url ?? `${viewer.web}/${post.id}`,
  media: postMedia(post),
});

export const commentOrigin = (comment: Comment, post: Post): RemotePost => ({
  remoteId: comment.id,
  ref: refOf('comment', comment.created_time, post.id),
  author: toAuthor(comment),
  text: comment.message ?? '',
  createdAt: comment.created_time,
  ...(comment.permalink_url && { url: comment.permalink_url }),
  media: commentMedia(comment),
});

export const postMessage = (
  post: Post,
  conversation: MessageItem['conversation'],
  viewer: Viewer,
): MessageItem => ({
  kind: 'message',
  conversation,
  remoteId: post.id,
  ref: refOf('post', post.created_time, post.id),
  author: toAuthor(post),
  own: isOwn(post, viewer),
  text: textOf(post),
  createdAt: post.created_time,
  url: post.permalink_url ?? `${viewer.web}/${post.id}`,
  media: postMedia(post),
});

export const commentMessage = (
  comment: Comment,
  post: Post,
  conversation: MessageItem['conversation'],
  viewer: Viewer,
  context = false,
): MessageItem => ({
  kind: 'message',
  conversation,
  remoteId: comment.id,
  ref: refOf('comment', comment.created_time, post.id),
  author: toAuthor(comment),
  own: isOwn(comment, viewer),
  text: comment.message ?? '',
  createdAt: comment.created_time,
  ...(comment.permalink_url && { url: comment.permalink_url }),
  parentRemoteId: comment.parent?.id ?? post.id,
  media: commentMedia(comment),
  ...(context && { context: true }),
  ...(typeof comment.is_hidden === 'boolean' && { hidden: comment.is_hidden }),
});

const DIRECT = 'dm:';
/** Messenger conversations belong to the person, whose id is good for this Page only. */
export const directKey = (person: string): string => `${DIRECT}${person}`;
export const personOf = (key: string): string | undefined =>
  key.startsWith(DIRECT) && key.length > DIRECT.length ? key.slice(DIRECT.length) : undefined;

function directMedia(attachment: MessageAttachment): readonly RemoteMedia[] {
  const alt = attachment.name ?? '';
  const { image_data: image, video_data: video } = attachment;
  if (image?.url) return [{ kind: 'image', url: image.url, alt }];
  const still = video?.preview_url ?? video?.url;
  if (still) return [{ kind: 'video', url: still, alt }];
  return attachment.file_url ? [{ kind: 'other', url: attachment.file_url, alt }] : [];
}

export function directMessage(message: Message, person: Person, viewer: Viewer): MessageItem {
  const sticker: readonly RemoteMedia[] = message.sticker
    ? [{ kind: 'image', url: message.sticker, alt: '' }]
    : [];
  return {
    kind: 'message',
    conversation: {
      remoteKey: directKey(person.id),
      type: 'dm',
      other: toAuthor({ id: person.id, from: person }),
    },
    remoteId: message.id,
    ref: { kind: 'message', at: String(message.created_time) },
    author: toAuthor({ id: message.id, from: message.from ?? person }),
    own: isOwn(message, viewer),
    text: message.message ?? '',
    createdAt: message.created_time,
    media: [...(message.attachments?.data ?? []).flatMap(directMedia), ...sticker],
  };
}
