import type { Agent, Posts } from './agent';
import { isOwn, toOrigin, type MessageItem, type Viewer } from './mapping';
import type { Post } from './wire';

const MAX_CONTEXT = 10;
/** Every level that has to be fetched costs a request and the posts in it. */
const MAX_HEIGHT = 10;

/** The conversation that a post stored earlier belongs to, by the id of the post. */
export type Places = ReadonlyMap<
  string,
  {
    readonly key: string;
    readonly type: 'comment' | 'mention';
    /** Stored beside a message that answers it, and not yet as one itself. */
    readonly isContext: boolean;
  }
>;

/** All posts at hand, and where those stored earlier are. */
export type World = {
  readonly posts: ReadonlyMap<string, Post>;
  readonly places: Places;
  readonly viewer: Viewer;
  readonly ownPosts: ReadonlySet<string>;
};

/**
 * Fetches what is needed to place the seeds and no more, for every post costs: the beginning of each conversation, to
 * know whose it is, and below an own post the answers up to the first one of somebody else.
 */
export async function loadThreads(agent: Agent, seeds: readonly Posts[], places: Places): Promise<World> {
  const posts = new Map(seeds.flatMap((one) => [...one.included, ...one.posts]).map((one) => [one.id, one]));
  const pages = [...seeds];
  const tried = new Set<string>(seeds.flatMap(({ missing }) => missing));
  const starts = seeds.flatMap((one) => one.posts);
  for (let height = 0; height < MAX_HEIGHT; height += 1) {
    const wanted = starts
      .flatMap((post) => needed(post, posts, places, agent.id))
      .filter((id) => !posts.has(id) && !tried.has(id));
    if (wanted.length === 0) break;
    for (const id of wanted) tried.add(id);
    const page = await agent.lookup(wanted);
    pages.push(page);
    for (const one of [...page.included, ...page.posts]) posts.set(one.id, one);
  }
  const viewer = {
    id: agent.id,
    handle: agent.handle,
    web: agent.web,
    users: new Map(pages.flatMap(({ users }) => [...users])),
    media: new Map(pages.flatMap(({ media }) => [...media])),
  };
  const ownPosts = new Set([...posts.values()].filter((one) => isOwn(one, viewer)).map(({ id }) => id));
  return { posts, places, viewer, ownPosts };
}

function needed(
  post: Post,
  posts: ReadonlyMap<string, Post>,
  places: Places,
  ownId: string,
): readonly string[] {
  if (post.replyTo === undefined || places.has(post.replyTo)) return [];
  const root = posts.get(post.conversationId);
  if (!root) return [post.conversationId];
  if (root.authorId !== ownId) return [];
  const { top, placed } = climb(post, posts, places);
  return placed || top.replyTo === undefined ? [] : [top.replyTo];
}

/** Up to the highest post at hand, or to one that has its place already. */
function climb(
  post: Post,
  posts: ReadonlyMap<string, Post>,
  places: Places,
): { readonly chain: readonly Post[]; readonly top: Post; readonly placed: string | undefined } {
  const chain = [post];
  let top = post;
  while (top.replyTo !== undefined && chain.length < 100) {
    if (places.has(top.replyTo)) return { chain, top, placed: top.replyTo };
    const parent = posts.get(top.replyTo);
    if (!parent) break;
    chain.unshift(parent);
    top = parent;
  }
  return { chain, top, placed: undefined };
}

export type Place = {
  readonly conversation: MessageItem['conversation'] & { readonly type: 'comment' | 'mention' };
  /** Earlier posts of the conversation that came along, oldest first. */
  readonly context: readonly Post[];
};

/**
 * The conversation of a post. Below our own post every first answer of somebody else opens one (`comment`), with our
 * post as its origin; a thread that somebody else began is one conversation (`mention`). Undefined for a thread of
 * our own posts only.
 */
export function placeOf(post: Post, world: World): Place | undefined {
  const { posts, places, viewer, ownPosts } = world;
  const { chain, top, placed } = climb(post, posts, places);
  const known = placed === undefined ? undefined : places.get(placed);
  if (known) {
    const conversation = { remoteKey: known.key, type: known.type };
    return { conversation, context: chain.slice(0, -1).slice(-MAX_CONTEXT) };
  }
  const root = posts.get(post.conversationId);
  const isOurs = root ? isOwn(root, viewer) : false;
  if (!isOurs) {
    if (isOwn(top, viewer) && chain.every((one) => isOwn(one, viewer)) && top.replyTo === undefined)
      return undefined;
    return {
      conversation: { remoteKey: post.conversationId, type: 'mention' },
      context: chain.slice(0, -1).slice(-MAX_CONTEXT),
    };
  }
  const head = chain.findIndex((one) => !isOwn(one, viewer));
  const first = chain[head];
  if (!first) return undefined;
  // Where the chain is broken (a deleted post in it), the post that began everything stands on top.
  const origin = chain[head - 1] ?? root;
  return {
    conversation: {
      remoteKey: first.id,
      type: 'comment',
      ...(origin && { origin: toOrigin(origin, viewer, ownPosts) }),
    },
    context: chain.slice(head, -1).slice(-MAX_CONTEXT),
  };
}
