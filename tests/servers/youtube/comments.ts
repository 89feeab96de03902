/** Comments of the YouTube stub. */
import { checked, fail, idsOf, ok, paged, partsOf, type Answer, type Call, type World } from './answers';
import { ANA, CHANNEL, type StoredComment } from './store';

const MAX_COMMENT = 10_000;
const names: Record<string, string> = { [CHANNEL]: '@brand', [ANA]: '@ana' };

export function createComments({ store, url, settings }: World) {
  /** How a comment stands is told to the owner of the channel in lists, and not where it is asked for by its id. */
  const snippetOf = (one: StoredComment, byId: boolean) => ({
    videoId: one.video,
    textDisplay: one.text,
    textOriginal: one.text,
    ...(one.parent !== undefined && { parentId: one.parent }),
    authorDisplayName: names[one.author],
    authorProfileImageUrl: `${url()}/media/${one.author}.png`,
    authorChannelUrl: `http://www.youtube.com/${names[one.author]}`,
    authorChannelId: { value: one.author },
    canRate: true,
    viewerRating: 'none',
    likeCount: 0,
    publishedAt: one.publishedAt,
    updatedAt: one.updatedAt,
    ...(!byId && settings.tellsModeration && { moderationStatus: one.moderation }),
  });
  const commentOf = (one: StoredComment, byId = false) => ({
    kind: 'youtube#comment',
    etag: 'x',
    id: one.id,
    snippet: snippetOf(one, byId),
  });
  const threadOf = (one: StoredComment, queue: string | null, byId = false) => {
    const published = store.repliesTo(one.id);
    const waiting = queue === null ? [] : store.waitingBelow(one.id);
    const replies = [...published, ...waiting];
    return {
      kind: 'youtube#commentThread',
      id: one.id,
      snippet: {
        channelId: CHANNEL,
        videoId: one.video,
        topLevelComment: commentOf(one, byId),
        canReply: true,
        totalReplyCount: published.length,
        isPublic: one.moderation === 'published' && waiting.length === 0,
      },
      ...(replies.length > 0 && {
        replies: { comments: replies.slice(-5).map((reply) => commentOf(reply, byId)) },
      }),
    };
  };
  const threads = ({ query }: Call): Answer => {
    const known = [
      'part',
      'allThreadsRelatedToChannelId',
      'order',
      'textFormat',
      'maxResults',
      'pageToken',
      'id',
      'moderationStatus',
    ];
    const refused = checked(query, known, ['part']);
    if (refused) return refused;
    if (query.get('textFormat') !== 'plainText') return fail(400, 'test', 'HTML is not wanted');
    if (partsOf(query).some((part) => !['id', 'snippet', 'replies'].includes(part)))
      return fail(400, 'invalidValue', 'part');
    if (query.has('id')) {
      if (idsOf(query).length > 50) return fail(400, 'invalidValue', 'too many ids');
      const others = ['allThreadsRelatedToChannelId', 'maxResults', 'moderationStatus', 'order', 'pageToken'];
      if (others.some((name) => query.has(name))) return fail(400, 'incompatibleParameters');
      const tops = idsOf(query).flatMap((id) => store.comments.get(id) ?? []);
      const published = tops.filter(({ moderation }) => moderation === 'published');
      return ok({ items: published.map((one) => threadOf(one, null, true)) });
    }
    const status = query.get('moderationStatus');
    if (!['published', 'heldForReview', 'likelySpam'].includes(status ?? 'published'))
      return fail(400, 'invalidValue', 'moderationStatus');
    if (!['time', 'relevance'].includes(query.get('order') ?? 'time'))
      return fail(400, 'invalidValue', 'order');
    if (query.get('allThreadsRelatedToChannelId') !== CHANNEL) return fail(404, 'channelNotFound');
    if (status !== null && status !== 'published' && settings.hidesQueues) return fail(403, 'forbidden');
    const queue = status === 'published' ? null : status;
    return paged(
      store.tops(status ?? 'published').map((one) => threadOf(one, queue)),
      query,
    );
  };
  const comments = ({ query }: Call): Answer => {
    const refused = checked(
      query,
      ['part', 'id', 'parentId', 'textFormat', 'maxResults', 'pageToken'],
      ['part'],
    );
    if (refused) return refused;
    if (query.has('id')) {
      if (idsOf(query).length > 50 || query.has('parentId')) return fail(400, 'incompatibleParameters');
      const found = idsOf(query).flatMap((id) => store.comments.get(id) ?? []);
      return ok({
        items: found
          .filter(({ moderation }) =>
            settings.findsHeld ? moderation !== 'rejected' : moderation === 'published',
          )
          .map((one) => commentOf(one, true)),
      });
    }
    const parent = store.comments.get(query.get('parentId') ?? '');
    if (!parent) return fail(404, 'commentNotFound');
    return paged(
      store.repliesTo(parent.id).map((one) => commentOf(one)),
      query,
    );
  };
  const addComment = ({ query, body }: Call): Answer => {
    const refused = checked(query, ['part'], ['part']);
    if (refused) return refused;
    const { snippet, ...extra } = JSON.parse(body.toString('utf8'));
    if (Object.keys(extra).length > 0) return fail(400, 'invalidCommentMetadata');
    const parent = store.comments.get(snippet?.parentId ?? '');
    const text = String(snippet?.textOriginal ?? '');
    if (text.trim() === '') return fail(400, 'commentTextRequired');
    if (text.length > MAX_COMMENT) return fail(400, 'commentTextTooLong');
    if (!parent || parent.moderation === 'rejected') return fail(404, 'parentCommentNotFound');
    if (parent.parent !== undefined) return fail(400, 'operationNotSupported', 'Only one level of replies');
    if (store.videos.get(parent.video)?.commentsDisabled) return fail(403, 'commentsDisabled');
    return ok(commentOf(store.addComment({ video: parent.video, text, author: CHANNEL, parent: parent.id })));
  };
  const moderate = ({ query }: Call): Answer => {
    const refused = checked(query, ['id', 'moderationStatus', 'banAuthor'], ['id', 'moderationStatus']);
    if (refused) return refused;
    const to = query.get('moderationStatus') as StoredComment['moderation'];
    if (!['published', 'heldForReview', 'rejected'].includes(to)) return fail(400, 'invalidValue');
    const found = store.comments.get(query.get('id') ?? '');
    if (!found || found.moderation === 'rejected') return fail(404, 'commentNotFound');
    if (found.author === CHANNEL) return fail(400, 'processingFailure', 'own comment');
    found.moderation = to;
    return { status: 204 };
  };
  const deleteComment = ({ query }: Call): Answer => {
    const found = store.comments.get(query.get('id') ?? '');
    if (!found) return fail(404, 'commentNotFound');
    if (found.author !== CHANNEL) return fail(403, 'forbidden', 'not the author');
    store.removeComment(found.id);
    return { status: 204 };
  };

  return { threads, comments, addComment, moderate, deleteComment };
}
