import type { RemoteConversation, RemotePost } from '../network';
import type { Agent } from './agent';
import { isBy, quotedUri, toOrigin, type SeenPost } from './mapping';
import type { PostView } from './wire';

/** How far up a thread is followed for one message. */
const MAX_HEIGHT = 24;
const MAX_CONTEXT = 10;

/** Everything known while a page is put together: the posts themselves, their parents, and what they quote. */
export type KnownPosts = Map<string, SeenPost | PostView>;

/** Loads the ancestors and quoted posts of all `seeds` together, level by level. */
export async function loadThreads(agent: Agent, seeds: readonly SeenPost[]): Promise<KnownPosts> {
  const known: KnownPosts = new Map(await agent.posts(seeds.map(({ uri }) => uri)));
  for (const seed of seeds) if (!known.has(seed.uri)) known.set(seed.uri, seed);
  const quoted = seeds.map(({ record }) => quotedUri(record)).filter((uri) => uri !== undefined);
  let wanted = [...quoted.filter((uri) => isBy(uri, agent.did)), ...parentsOf(seeds)];
  const missing = new Set<string>();
  for (let height = 0; height < MAX_HEIGHT; height += 1) {
    wanted = [...new Set(wanted)].filter((uri) => !known.has(uri) && !missing.has(uri));
    if (wanted.length === 0) break;
    const found = await agent.posts(wanted);
    for (const uri of wanted) if (!found.has(uri)) missing.add(uri);
    for (const [uri, post] of found) known.set(uri, post);
    wanted = parentsOf([...found.values()]);
  }
  return known;
}

const parentsOf = (posts: readonly SeenPost[]): string[] =>
  posts.map(({ record }) => record.reply?.parent.uri).filter((uri) => uri !== undefined);

export type Place = {
  readonly conversation: RemoteConversation & { readonly origin?: RemotePost };
  /** Earlier posts of the conversation, oldest first. */
  readonly context: readonly SeenPost[];
};

/**
 * The conversation of a post. Below our own post every first answer of somebody else opens one (`comment`), with
 * our post as its origin; a thread that somebody else began is one conversation (`mention`), and so is a quote.
 * Undefined for a thread of our own posts only.
 */
export function placeOf(post: SeenPost, known: KnownPosts, did: string, web: string): Place | undefined {
  const chain = chainOf(post, known);
  const rootUri = post.record.reply?.root.uri ?? post.uri;
  if (!isBy(rootUri, did)) {
    const quoted = quotedUri(post.record);
    const origin = quoted !== undefined && isBy(quoted, did) ? known.get(quoted) : undefined;
    return {
      conversation: { remoteKey: rootUri, type: 'mention', ...(origin && { origin: toOrigin(origin, web) }) },
      context: chain.slice(0, -1).slice(-MAX_CONTEXT),
    };
  }
  const head = chain.findIndex(({ uri }) => !isBy(uri, did));
  if (head < 0) return undefined;
  // A post that is gone cut the chain: its uri still names the branch, so that later answers find the same one.
  const cut = chain[0]?.record.reply?.parent.uri;
  const remoteKey = cut !== undefined && !isBy(cut, did) ? cut : (chain[head]?.uri ?? post.uri);
  const origin = chain[head - 1] ?? known.get(rootUri);
  return {
    conversation: { remoteKey, type: 'comment', ...(origin && { origin: toOrigin(origin, web) }) },
    context: chain.slice(head, -1).slice(-MAX_CONTEXT),
  };
}

/** From the highest known ancestor down to the post itself. */
function chainOf(post: SeenPost, known: KnownPosts): readonly SeenPost[] {
  const chain: SeenPost[] = [post];
  const visited = new Set([post.uri]);
  for (let current = post; current.record.reply;) {
    const parent = known.get(current.record.reply.parent.uri);
    if (!parent || visited.has(parent.uri)) break;
    visited.add(parent.uri);
    chain.unshift(parent);
    current = parent;
  }
  return chain;
}
