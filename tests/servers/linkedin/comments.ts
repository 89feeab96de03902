/** Comments and reactions of the LinkedIn stub. */
import {
  bad,
  denied,
  missing,
  ok,
  paged,
  unknownKeys,
  unprocessable,
  type Answer,
  type Call,
  type World,
} from './answers';
import { MAX_COMMENT, type StoredComment } from './store';

export function createComments({ store, mayActAs, mayRead }: World) {
  const commentOf = (one: StoredComment) => ({
    id: one.id,
    commentUrn: one.urn,
    actor: one.actor,
    object: one.activity,
    ...(one.parent !== undefined && { parentComment: one.parent }),
    message: { attributes: [], text: one.text },
    created: { actor: one.actor, time: one.createdAt },
    lastModified: { actor: one.actor, time: one.changedAt },
    ...(one.parent === undefined && {
      commentsSummary: {
        aggregatedTotalComments: store.below(one.post, one.urn).length,
        selectedComments: [],
      },
    }),
  });

  const comment = (target: string, { body, grant }: Call): Answer => {
    const sent = JSON.parse(body.toString('utf8'));
    const strange = unknownKeys(sent, ['actor', 'object', 'message', 'parentComment', 'content']);
    if (strange) return strange;
    if (!mayActAs(sent.actor, grant)) return denied('socialActions.comments.CREATE');
    const parent = store.comments.get(
      sent.parentComment ?? (target.startsWith('urn:li:comment:') ? target : ''),
    );
    const post = store.postOf(sent.object ?? '') ?? (parent && store.posts.get(parent.post));
    if (!post || (sent.parentComment !== undefined && !parent)) return missing;
    if (target !== post.id && target !== post.activity && target !== parent?.urn)
      return bad(`The given target differs from the actual threadUrn: ${post.activity}`);
    if (parent?.parent !== undefined) return bad('Only one level of nested comments is supported');
    const text = sent.message?.text;
    if (typeof text !== 'string' || text === '') return unprocessable('ERROR :: /message/text :: required');
    if (text.length > MAX_COMMENT)
      return unprocessable(
        `ERROR :: /message/text :: text length exceeded the maximum allowed (${MAX_COMMENT} characters)`,
      );
    const made = store.addComment({ post: post.id, text, actor: sent.actor, parent: parent?.urn });
    return { status: 201, body: commentOf(made), headers: { 'x-restli-id': made.id } };
  };
  const listComments = (target: string, call: Call): Answer => {
    const parent = store.comments.get(target);
    const post = parent ? store.posts.get(parent.post) : store.postOf(target);
    if (!post) return missing;
    if (!mayRead(post.author, call.grant)) return denied('socialActions.comments.GET_ALL');
    return paged(store.below(post.id, parent?.urn).map(commentOf), call);
  };
  const oneComment = (thread: string, id: string, { method, query, grant }: Call): Answer => {
    const found = [...store.comments.values()].find(
      (one) => one.id === id && (one.activity === thread || one.post === thread),
    );
    const owner = found && store.posts.get(found.post)?.author;
    if (method === 'GET') {
      if (!found || !owner) return missing;
      return mayRead(owner, grant) ? ok(commentOf(found)) : denied('socialActions.comments.GET');
    }
    const actor = query.get('actor');
    if (actor === null) return bad('actor is required');
    if (!mayActAs(actor, grant) || (found && found.actor !== actor))
      return denied('socialActions.comments.DELETE');
    if (!found) return missing;
    store.removeComment(found.urn);
    return { status: 204, body: undefined };
  };

  const react = ({ query, body, grant }: Call): Answer => {
    const actor = query.get('actor');
    const sent = JSON.parse(body.toString('utf8'));
    if (!mayActAs(actor, grant)) return denied('reactions.CREATE');
    if (unknownKeys(sent, ['root', 'reactionType'])) return bad('unrecognized field');
    if (sent.reactionType !== 'LIKE') return bad('reactionType');
    if (!store.comments.has(sent.root) && !store.postOf(sent.root)) return missing;
    store.reactions.add(`${actor} ${sent.root}`);
    return { status: 201, body: undefined };
  };
  const reaction = (rawKey: string, { method, grant }: Call): Answer => {
    const [, actor = '', entity = ''] = /^\(actor:([^(),]+),entity:([^(),]+)\)$/.exec(rawKey) ?? [];
    if (actor === '') return bad('malformed key');
    const key = `${decodeURIComponent(actor)} ${decodeURIComponent(entity)}`;
    if (!mayActAs(decodeURIComponent(actor), grant)) return denied('reactions');
    if (!store.reactions.has(key)) return missing;
    if (method === 'GET') return ok({ reactionType: 'LIKE', root: decodeURIComponent(entity) });
    store.reactions.delete(key);
    return { status: 204, body: undefined };
  };

  return { comment, listComments, oneComment, react, reaction };
}
