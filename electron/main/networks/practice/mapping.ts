import type { InboxItem, RemoteAuthor, RemoteMedia, RemotePost } from '../network';
import type { PracticeEvent, RemoteDirect, RemotePerson, RemotePracticePost } from './wire';

const author = (person: RemotePerson): RemoteAuthor => ({
  remoteId: person.id,
  handle: person.handle,
  displayName: person.name,
});

const media = (post: RemotePracticePost): readonly RemoteMedia[] =>
  post.images.map(({ id, alt }) => ({ kind: 'image', url: `app://media/${id}`, alt }));

const origin = (post: RemotePracticePost): RemotePost => ({
  remoteId: post.id,
  ref: {},
  author: author(post.author),
  text: post.text,
  createdAt: post.createdAt,
  media: media(post),
});

/**
 * What happened around a brand as inbox items. A conversation is one person's exchange under one post, so that
 * two people commenting on the same post are answered apart.
 */
export function toItems(event: PracticeEvent, brand: string): readonly InboxItem[] {
  if (event.kind === 'deleted') return [{ kind: 'deleted', remoteId: event.id }];
  if (event.kind === 'dm') return [directItem(event.direct, brand)];
  const [root, ...answers] = event.thread;
  if (!root) return [];
  const ownRoot = root.author.id === brand;
  const other = event.thread.find((post) => post.author.id !== brand)?.author;
  // a brand's own post is shown on top of the conversation; somebody else's is its first message
  const messages = ownRoot ? answers : event.thread;
  const first = messages[0];
  if (!other || !first) return [];
  const conversation = {
    remoteKey: `${first.id}`,
    type: ownRoot ? ('comment' as const) : ('mention' as const),
    other: author(other),
    ...(ownRoot && { origin: origin(root) }),
  };
  return messages.map((post) => ({
    kind: 'message',
    conversation,
    remoteId: post.id,
    ref: {},
    author: author(post.author),
    own: post.author.id === brand,
    text: post.text,
    lang: post.lang,
    createdAt: post.createdAt,
    ...(post.parentId !== null && { parentRemoteId: post.parentId }),
    media: media(post),
    context: post.id !== event.post.id,
  }));
}

const directItem = (direct: RemoteDirect, brand: string): InboxItem => ({
  kind: 'message',
  conversation: { remoteKey: direct.talkId, type: 'dm', other: author(direct.with) },
  remoteId: direct.id,
  ref: {},
  author: author(direct.author),
  own: direct.author.id === brand,
  text: direct.text,
  lang: direct.lang,
  createdAt: direct.createdAt,
  media: [],
});
