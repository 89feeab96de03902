/** The objects of a Page as the Graph API shows them: field by field, and only those it knows. */
import { pageOf, selectFields, type FieldSpec, type GraphNode } from '../graph/fields';
import { isFailure, type GraphReply } from '../graph/kit';
import {
  names,
  PAGE,
  type Store,
  type StoredComment,
  type StoredMessage,
  type StoredPost,
  type StoredVideo,
} from './store';

const stamp = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, '+0000');
const person = (id: string) => ({ id, name: names[id] ?? 'Somebody' });

export type NodesOptions = {
  readonly store: Store;
  readonly url: string;
  /** Whether those who write are told. */
  readonly showsAuthors: () => boolean;
  /** Comments in a shape that nobody knows. */
  readonly spoilt: ReadonlySet<string>;
  readonly hidesVideoPost: () => boolean;
  /** `late`: a video counts as published only when it is processed; `none`: nothing is told of its state. */
  readonly videoPhases: () => 'usual' | 'late' | 'none';
  /** Whether posts tell which photos they show. */
  readonly showsTargets: () => boolean;
};

export function createNodes({
  store,
  url,
  showsAuthors,
  spoilt,
  hidesVideoPost,
  videoPhases,
  showsTargets,
}: NodesOptions) {
  const from = (id: string) => (id === PAGE || showsAuthors() ? person(id) : undefined);
  const picture = (id: string) => ({
    media_type: 'photo',
    type: 'photo',
    media: { image: { src: `${url}/img/${id}.jpg` } },
    description: store.photos.get(id)?.alt,
    ...(showsTargets() && { target: { id } }),
    url: `${url}/photo/${id}`,
  });

  const attachments = (post: StoredPost) => {
    const shown = post.photos.map(picture);
    if (post.video)
      return {
        data: [
          {
            media_type: 'video',
            type: 'video_inline',
            media: { image: { src: `${url}/img/v.jpg` }, source: `${url}/v.mp4` },
            target: { id: post.video },
          },
        ],
      };
    if (post.link)
      return {
        data: [
          {
            media_type: 'link',
            type: 'share',
            url: post.link,
            media: { image: { src: `${url}/img/link.jpg` } },
          },
        ],
      };
    if (shown.length === 0) return undefined;
    return shown.length === 1
      ? { data: shown }
      : {
          data: [
            { media_type: 'album', type: 'album', media: shown[0]?.media, subattachments: { data: shown } },
          ],
        };
  };

  const listComments = (
    id: string,
    args: Readonly<Record<string, string>>,
    fields: readonly FieldSpec[],
  ): object | GraphReply => {
    const filter = args.filter ?? 'toplevel';
    const order = args.order ?? 'chronological';
    if (filter !== 'toplevel' && filter !== 'stream')
      return {
        status: 400,
        body: { error: { code: 100, message: '(#100) Param filter must be one of {toplevel, stream}' } },
      };
    const newest = store.commentsOn(id, filter);
    const all = order === 'reverse_chronological' ? newest : newest.reverse();
    const summary = args.summary === 'true' ? { summary: { order, total_count: all.length } } : {};
    if (args.limit === '0') return { data: [], ...summary };
    const page = pageOf(
      all,
      args,
      ({ id: one }) => one,
      (one) => selectFields('Comment', comment(one), fields),
    );
    return isFailure(page) ? page : { ...page, ...summary };
  };

  const comment = (one: StoredComment): GraphNode => ({
    id: () => one.id,
    message: () => one.text,
    created_time: () => (spoilt.has(one.id) ? 'once' : stamp(one.at)),
    from: () => from(one.by),
    parent: () =>
      one.parent === null ? undefined : { id: one.parent, created_time: stamp(one.at), message: '' },
    permalink_url: () => `${url}/${one.post}?comment_id=${one.id}`,
    attachment: () => (one.photo === undefined ? undefined : picture(one.photo)),
    is_hidden: () => one.hidden,
    user_likes: () => one.liked,
    like_count: () => (one.liked ? 1 : 0),
    comment_count: () => store.commentsOn(one.id, 'stream').length,
    can_reply_privately: () => one.by !== PAGE && one.privateReply === undefined,
    private_reply_conversation: () => (one.privateReply === undefined ? undefined : { id: `t_${one.by}` }),
    comments: ({ args, fields }) => listComments(one.id, args, fields),
  });

  const post = (one: StoredPost): GraphNode => ({
    id: () => one.id,
    message: () => (one.text === '' ? undefined : one.text),
    story: () => undefined,
    created_time: () => stamp(one.at),
    from: () => from(one.by),
    permalink_url: () => `${url}/${one.id}`,
    attachments: () => attachments(one),
    comments: ({ args, fields }) => listComments(one.id, args, fields),
    reactions: () => ({ data: [], summary: { total_count: 3 } }),
    // Nought is not told.
    shares: () => (one.link ? { count: 2 } : undefined),
    is_hidden: () => false,
  });

  const message = (one: StoredMessage): GraphNode => ({
    id: () => one.id,
    message: () => one.text,
    from: () => person(one.by),
    to: () => ({ data: [person(one.by === PAGE ? one.person : PAGE)] }),
    created_time: () => stamp(one.at),
    sticker: () => undefined,
    attachments: () => undefined,
  });
  const listMessages = (who: string, args: Readonly<Record<string, string>>, fields: readonly FieldSpec[]) =>
    pageOf(
      store.conversation(who),
      args,
      ({ id }) => id,
      (one) => selectFields('UnifiedMessage', message(one), fields),
    );
  const conversation = (who: string): GraphNode => ({
    id: () => `t_${who}`,
    updated_time: () => stamp(store.conversation(who)[0]?.at ?? 0),
    unread_count: () => (store.unread.has(who) ? 1 : 0),
    participants: () => ({ data: [person(who), person(PAGE)] }),
    messages: ({ args, fields }) => listMessages(who, args, fields),
  });

  const video = (one: StoredVideo): GraphNode => ({
    id: () => one.id,
    permalink_url: () => `/reel/${one.id}/`,
    post_id: () =>
      hidesVideoPost()
        ? {
            status: 400,
            body: { error: { code: 100, message: '(#100) Tried accessing nonexisting field (post_id)' } },
          }
        : one.post?.split('_')[1],
    status: () => {
      if (videoPhases() === 'none') return undefined;
      if (one.finished && one.looks > 0) one.looks -= 1;
      const working = one.finished && one.looks > 0;
      const phase = (done: boolean) => ({ status: done ? 'complete' : 'not_started' });
      const isWhole = one.size > 0 && one.received === one.size;
      const uploading = isWhole ? 'complete' : one.received > 0 ? 'in_progress' : 'not_started';
      return {
        video_status: one.failed
          ? 'error'
          : working
            ? 'processing'
            : one.finished
              ? 'ready'
              : isWhole
                ? 'upload_complete'
                : 'uploading',
        uploading_phase: { status: uploading, bytes_transfered: one.received },
        processing_phase: one.failed
          ? { status: 'error' }
          : working
            ? { status: 'in_progress' }
            : phase(one.finished),
        publishing_phase:
          working && videoPhases() === 'usual' ? { status: 'in_progress' } : phase(one.finished && !working),
      };
    },
  });

  const pageNode = (id: string, token: () => string | undefined): GraphNode => ({
    id: () => id,
    name: () => names[id],
    username: () => (id === PAGE ? 'brand' : undefined),
    link: () => `${url}/${id}`,
    picture: () => ({ data: { url: `${url}/img/${id}.jpg`, is_silhouette: false } }),
    category: () => 'Shop',
    followers_count: () => 1234,
    access_token: token,
    tasks: () => ['CREATE_CONTENT', 'MODERATE', 'MESSAGING', 'ANALYZE'],
  });
  const user = (id: string): GraphNode => ({ id: () => id, name: () => 'Person Example' });

  return { comment, post, message, conversation, video, pageNode, user, listComments, listMessages };
}
export type Nodes = ReturnType<typeof createNodes>;
