import { fetchNode } from '../graph-agent';
import type { Agent } from './client';
import { commentMessage, commentOrigin, isOwn, toOrigin, type MessageItem, type Viewer } from './mapping';
import { comment as commentSchema, type Comment, type Post } from './wire';

export const COMMENT_FIELDS = 'id,message,created_time,from,parent,permalink_url,attachment,is_hidden';
const MAX_HEIGHT = 10;

type KnownComments = Map<string, Comment>;

/** Everything above the given comments that has not been listed with them. */
async function loadParents(agent: Agent, seeds: readonly Comment[], known: KnownComments): Promise<void> {
  for (const seed of seeds) {
    let above = seed.parent?.id;
    for (let height = 0; above !== undefined && height < MAX_HEIGHT; height += 1) {
      const parent = known.get(above) ?? (await fetchNode(agent, above, COMMENT_FIELDS, commentSchema));
      if (!parent) break;
      known.set(parent.id, parent);
      above = parent.parent?.id;
    }
  }
}

/** From the topmost known comment down to the comment itself. */
function chainOf(comment: Comment, known: KnownComments): readonly Comment[] {
  const chain = [comment];
  for (let [top] = chain; top?.parent && chain.length < MAX_HEIGHT; [top] = chain) {
    const parent = known.get(top.parent.id);
    if (!parent) break;
    chain.unshift(parent);
  }
  return chain;
}

type Place = {
  readonly conversation: MessageItem['conversation'];
  readonly context: readonly Comment[];
};

/**
 * Below our own post every first comment of somebody else opens a conversation (`comment`) with what it answers as
 * its origin; a post of somebody else is one conversation with all that is said below it (`mention`). Undefined for
 * our own comments that nobody has answered.
 */
export function placeOf(
  comment: Comment,
  post: Post,
  known: KnownComments,
  viewer: Viewer,
): Place | undefined {
  const chain = chainOf(comment, known);
  if (!isOwn(post, viewer))
    return { conversation: { remoteKey: post.id, type: 'mention' }, context: chain.slice(0, -1) };
  const head = chain.findIndex((one) => !isOwn(one, viewer));
  const first = chain[head];
  if (!first) return undefined;
  const above = chain[head - 1];
  const origin = above ? commentOrigin(above, post) : toOrigin(post, viewer);
  return { conversation: { remoteKey: first.id, type: 'comment', origin }, context: chain.slice(head, -1) };
}

/** Comments as messages with what stands above them; a comment that is a message itself is no context of another. */
export async function commentItems(
  agent: Agent,
  post: Post,
  fresh: readonly Comment[],
  listed: readonly Comment[],
): Promise<readonly MessageItem[]> {
  const known: KnownComments = new Map(listed.map((one) => [one.id, one]));
  await loadParents(agent, fresh, known);
  const messages = new Map<string, MessageItem>();
  const ids = new Set(fresh.map(({ id }) => id));
  // Lists are newest first; Facebook tells whole seconds only, so that the order in the list counts.
  for (const one of [...fresh].reverse()) {
    const place = placeOf(one, post, known, agent);
    if (!place) continue;
    for (const earlier of place.context)
      if (!ids.has(earlier.id) && !messages.has(earlier.id))
        messages.set(earlier.id, commentMessage(earlier, post, place.conversation, agent, true));
    messages.set(one.id, commentMessage(one, post, place.conversation, agent));
  }
  return [...messages.values()];
}
