import { isOwn, toMessage, toPost, type MessageItem, type Viewer } from './mapping';
import type { Post } from './wire';

const MAX_CONTEXT = 10;
const MAX_HEIGHT = 100;

export type Known = ReadonlyMap<string, Post>;

/** From the highest known post down to this one. */
function chainOf(post: Post, known: Known): readonly Post[] {
  const chain = [post];
  for (let parent = above(post, known); parent && chain.length < MAX_HEIGHT; parent = above(parent, known))
    chain.unshift(parent);
  return chain;
}
const above = (post: Post, known: Known): Post | undefined =>
  post.replied_to ? known.get(post.replied_to.id) : undefined;

/** Whether everything above is known, up to the account's own post. */
export const reaches = (post: Post, root: string, known: Known): boolean =>
  chainOf(post, known)[0]?.id === root;

/**
 * An answer below an own post, with what stands between. The first answer of somebody else opens a conversation, with
 * the own post above it as its origin. Undefined in a thread of own posts only.
 */
export function placed(
  post: Post,
  root: Post,
  known: Known,
  viewer: Viewer,
): { readonly message: MessageItem; readonly context: readonly MessageItem[] } | undefined {
  const chain = chainOf(post, known);
  const head = chain.findIndex((one) => !isOwn(one, viewer));
  const first = chain[head];
  if (!first) return undefined;
  // Where what stood above is gone, it names the conversation all the same.
  const above = chain[head - 1];
  const remoteKey = above ? first.id : (first.replied_to?.id ?? first.id);
  const conversation = { remoteKey, type: 'comment', origin: toPost(above ?? root, viewer) } as const;
  const isNested = (one: Post) => one.replied_to?.id !== root.id;
  return {
    message: toMessage(post, conversation, viewer, { isNested: isNested(post) }),
    context: chain
      .slice(head, -1)
      .slice(-MAX_CONTEXT)
      .map((one) => toMessage(one, conversation, viewer, { isNested: isNested(one), context: true })),
  };
}
