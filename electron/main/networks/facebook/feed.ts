import { fetchNode } from '../graph-agent';
import { NetworkError } from '../errors';
import { nestedList, type GraphList } from '../graph';
import { limits } from './capabilities';
import type { Agent } from './client';
import { COMMENT_FIELDS } from './threads';
import { comment, post as postSchema, type Comment, type Post } from './wire';

/** Where posts come from: the Page's own and those on it, those that mention it, those of visitors. */
export const edges = ['feed', 'tagged', 'visitor_posts'] as const;
export type Edge = (typeof edges)[number];

const POST_FIELDS =
  'id,message,story,created_time,from,permalink_url,attachments{media_type,type,media,url,description,target,subattachments}';
type Size = { readonly posts: number; readonly comments: number };
const usual: Size = { posts: limits.pageSize.posts, comments: limits.pageSize.nestedComments };
const fieldsWith = ({ comments }: Size): string =>
  `${POST_FIELDS},comments.filter(stream).order(reverse_chronological).limit(${comments}){${COMMENT_FIELDS}}`;

export type Listed = {
  readonly post: Post;
  readonly comments: readonly Comment[];
  /** Older comments go on from here. */
  readonly after?: string;
};
export type FeedPage = { readonly posts: readonly Listed[]; readonly after?: string };

/** Posts, newest first, each with its newest comments of every level. */
export async function fetchPosts(agent: Agent, edge: Edge, after: string | undefined): Promise<FeedPage> {
  const list = await listEdge(agent, edge, after);
  const posts = agent.read(postSchema, list.items).map((one): Listed => {
    const nested = nestedList(one.comments);
    return { post: one, comments: agent.read(comment, nested.items), after: nested.after };
  });
  return { posts, after: list.after };
}

async function listEdge(agent: Agent, edge: Edge, after: string | undefined): Promise<GraphList> {
  const path = `/${encodeURIComponent(agent.page)}/${edge}`;
  const list = (fields: string, limit: number) => agent.list(path, { fields, limit }, after);
  try {
    return await list(fieldsWith(usual), usual.posts).catch((error: unknown) => {
      if (!isTooMuch(error)) throw error;
      return list(fieldsWith(limits.smallPage), limits.smallPage.posts);
    });
  } catch (error) {
    // What others wrote on other people's pages may be shown without its comments, or not at all.
    if (edge === 'feed' || !isRefused(error)) throw error;
    return list(POST_FIELDS, usual.posts).catch((second: unknown) => {
      if (isRefused(second)) return { items: [] };
      throw second;
    });
  }
}

/** Code 1 is all that Facebook says when an answer would be too large ("reduce the amount of data"). */
const isTooMuch = (error: unknown): boolean =>
  error instanceof NetworkError && error.kind === 'server' && error.info.params?.code === 1;

const isRefused = (error: unknown): boolean =>
  error instanceof NetworkError && ['permission', 'validation', 'gone'].includes(error.kind);

export const fetchPost = (agent: Agent, id: string): Promise<Post | undefined> =>
  fetchNode(agent, id, POST_FIELDS, postSchema);

/** Older comments of one post, newest first. */
export async function fetchComments(
  agent: Agent,
  post: string,
  after: string | undefined,
): Promise<{ readonly comments: readonly Comment[]; readonly after?: string }> {
  const list = await agent.list(
    `/${encodeURIComponent(post)}/comments`,
    {
      fields: COMMENT_FIELDS,
      filter: 'stream',
      order: 'reverse_chronological',
      limit: limits.pageSize.comments,
    },
    after,
  );
  return { comments: agent.read(comment, list.items), after: list.after };
}
