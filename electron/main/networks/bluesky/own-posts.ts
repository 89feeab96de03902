import type { AccountCtx } from '../network';
import { POSTS, type Agent } from './agent';
import { limits } from './capabilities';
import { isBy, mentions, quotedUri, uriParts, type SeenPost } from './mapping';
import { postRecord, recordList } from './wire';

const MAX_PAGES = 4;

/**
 * The account's own answers since `high`, wherever they were written, as far as they belong to a conversation that
 * the inbox has: below our own posts, or to a post that answered, mentioned or quoted us.
 */
export async function ownAnswers(
  agent: Agent,
  high: string | null,
  ctx: AccountCtx,
): Promise<{ readonly posts: readonly SeenPost[]; readonly high: string | null }> {
  const replies: SeenPost[] = [];
  let newest = high;
  let cursor: string | undefined;
  for (let page = 0; page < (high === null ? 1 : MAX_PAGES); page += 1) {
    const params = { repo: agent.did, collection: POSTS, limit: limits.pageSize.ownPosts, cursor };
    const answer = await agent.call(
      { nsid: 'com.atproto.repo.listRecords', effect: 'read', params },
      recordList,
    );
    const fresh = answer.records.filter(({ uri }) => high === null || rkeyOf(uri) > high);
    for (const { uri, cid, value } of fresh) {
      if (newest === null || rkeyOf(uri) > newest) newest = rkeyOf(uri);
      const parsed = postRecord.safeParse(value);
      if (!parsed.success || !parsed.data.reply || isBy(parsed.data.reply.parent.uri, agent.did)) continue;
      replies.push(asSeen(uri, cid ?? '', parsed.data, ctx));
    }
    cursor = answer.cursor;
    if (cursor === undefined || fresh.length < answer.records.length || answer.records.length === 0) break;
  }
  return { posts: await inOurConversations(agent, replies), high: newest };
}

const rkeyOf = (uri: string): string => uriParts(uri)?.rkey ?? '';

const asSeen = (uri: string, cid: string, record: SeenPost['record'], ctx: AccountCtx): SeenPost => ({
  uri,
  cid,
  record,
  indexedAt: record.createdAt,
  author: { did: ctx.account.remoteId, handle: ctx.account.handle },
});

async function inOurConversations(agent: Agent, replies: readonly SeenPost[]): Promise<readonly SeenPost[]> {
  const elsewhere = replies.filter(({ record }) => !isBy(record.reply?.root.uri ?? '', agent.did));
  const parents = await agent.posts(elsewhere.map(({ record }) => record.reply?.parent.uri ?? ''));
  return replies.filter(({ record }) => {
    if (isBy(record.reply?.root.uri ?? '', agent.did)) return true;
    const parent = parents.get(record.reply?.parent.uri ?? '');
    if (!parent) return false;
    return (
      isBy(parent.record.reply?.parent.uri ?? '', agent.did) ||
      isBy(quotedUri(parent.record) ?? '', agent.did) ||
      mentions(parent.record, agent.did)
    );
  });
}
