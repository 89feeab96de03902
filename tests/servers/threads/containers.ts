/** Containers as the guide to posts describes them: checked when made, processed, good for a day. */
import { fail, ok, onlyParams, type Answer, type Call } from '../instagram/kit';
import { lookAt } from '../instagram/media-eye';
import { OWN_NAME, type Post, type ThreadsStore } from './store';

export type Container = {
  id: string;
  kind: string;
  item: boolean;
  post: Partial<Post>;
  isReply: boolean;
  state: 'IN_PROGRESS' | 'FINISHED' | 'ERROR' | 'PUBLISHED';
  problem?: string;
  looks: number;
  at: number;
};

const PARAMS = [
  'media_type',
  'text',
  'image_url',
  'video_url',
  'alt_text',
  'is_carousel_item',
  'children',
  'reply_to_id',
  'reply_control',
  'topic_tag',
  'link_attachment',
  'auto_publish_text',
  'quote_post_id',
];
const CONTROLS = [
  'everyone',
  'accounts_you_follow',
  'mentioned_only',
  'parent_post_author_only',
  'followers_only',
];
const DAY_MS = 86_400_000;
const IMAGE_BYTES = 8 * 1024 * 1024;

/** 500 characters, an emoji as its bytes. */
function lengthOf(text: string): number {
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(text))
    used += /\p{Emoji_Presentation}/u.test(segment) ? Buffer.byteLength(segment) : [...segment].length;
  return used;
}

export function createContainers(store: ThreadsStore, now: () => number) {
  const all = new Map<string, Container>();
  const plan = {
    processing: 0,
    failures: [] as string[],
    posts: { quota: 250, used: 0 },
    replies: { quota: 1000, used: 0 },
    deletes: { quota: 100, used: 0 },
  };
  const isExpired = ({ at, state }: Container) => state !== 'PUBLISHED' && now() - at > DAY_MS;

  const checkWords = ({ form }: Call, kind: string, item: boolean): Answer | undefined => {
    const text = form.get('text') ?? '';
    if (kind === 'TEXT' && text === '') return fail(400, 100, 'The parameter text is required.');
    if (lengthOf(text) > 500) return fail(400, 100, 'Param text must be at most 500 characters long.');
    const links = new Set([
      ...(text.match(/(?:https?:\/\/|www\.)\S+/g) ?? []),
      ...form.getAll('link_attachment'),
    ]);
    if (links.size > 5) return fail(400, 100, 'THREADS_API__LINK_LIMIT_EXCEEDED');
    if (item && ['text', 'reply_to_id', 'reply_control', 'topic_tag'].some((name) => form.has(name)))
      return fail(400, 100, 'Not allowed on a carousel item');
    if (form.has('reply_control') && !CONTROLS.includes(form.get('reply_control')!))
      return fail(400, 100, 'Invalid reply_control');
    const tag = form.get('topic_tag');
    if (
      tag !== null &&
      (tag === '' || [...new Intl.Segmenter().segment(tag)].length > 50 || /[.&]/.test(tag))
    )
      return fail(400, 100, 'Invalid topic_tag');
    if (form.has('link_attachment') && kind !== 'TEXT')
      return fail(400, 100, 'link_attachment is only for text posts');
    const parent = form.get('reply_to_id');
    return parent !== null && !store.find(parent)
      ? fail(400, 100, 'The parent post does not exist', 33)
      : undefined;
  };

  const mediaOf = async (call: Call, kind: string): Promise<Partial<Post> | Answer> => {
    const { form } = call;
    const alt = form.get('alt_text');
    if (alt !== null && (kind === 'TEXT' || kind === 'CAROUSEL'))
      return fail(400, 100, 'alt_text is only for images and videos');
    const url = form.get(kind === 'IMAGE' ? 'image_url' : 'video_url');
    if (kind === 'IMAGE' || kind === 'VIDEO') {
      if (!url) return fail(400, 100, `The parameter ${kind.toLowerCase()}_url is required.`);
      const seen = await lookAt(url);
      if (kind === 'IMAGE') {
        if (seen.kind === 'none' && seen.why === 'unreachable')
          return fail(400, 1, 'The media could not be fetched from this URI', 2_207_052, {
            is_transient: true,
            error_user_msg: `The media could not be fetched from this URI: ${url}`,
          });
        if (seen.kind !== 'image') return fail(400, 100, 'The image format is not supported');
        if (seen.bytes > IMAGE_BYTES) return fail(400, 100, 'The image is too large');
      }
      return { media_type: kind, url, ...(alt !== null && { alt }) };
    }
    return { media_type: kind === 'TEXT' ? 'TEXT_POST' : 'CAROUSEL_ALBUM' };
  };

  const problemOf = async (url: string | undefined, kind: string): Promise<string | undefined> => {
    if (kind !== 'VIDEO') return undefined;
    const seen = await lookAt(url ?? '');
    return seen.kind === 'video'
      ? undefined
      : seen.kind === 'none' && seen.why === 'unreachable'
        ? 'FAILED_DOWNLOADING_VIDEO'
        : 'INVALID_DURATION';
  };

  const childrenOf = (form: URLSearchParams): readonly Container[] | Answer => {
    const ids = (form.get('children') ?? '').split(',').filter(Boolean);
    if (ids.length < 2 || ids.length > 20) return fail(400, 100, 'A carousel has 2 to 20 children.');
    const found = ids.flatMap((id) => all.get(id) ?? []);
    if (
      found.length < ids.length ||
      found.some((one) => !one.item || one.state !== 'FINISHED' || isExpired(one))
    )
      return fail(400, 100, 'Invalid children');
    return found;
  };

  const create = async (call: Call): Promise<Answer> => {
    const { form } = call;
    const strange = onlyParams(form, PARAMS);
    if (strange) return strange;
    const kind = form.get('media_type') ?? '';
    const item = form.get('is_carousel_item') === 'true';
    if (!['TEXT', 'IMAGE', 'VIDEO', 'CAROUSEL'].includes(kind))
      return fail(400, 100, 'Param media_type must be one of TEXT, IMAGE, VIDEO, CAROUSEL');
    const words = checkWords(call, kind, item);
    if (words) return words;
    const media = await mediaOf(call, kind);
    if ('status' in media) return media;
    const children = kind === 'CAROUSEL' ? childrenOf(form) : [];
    if ('status' in children) return children;
    const problem = (await problemOf(media.url, kind)) ?? plan.failures.shift();
    const parent = form.get('reply_to_id');
    const made: Container = {
      id: store.nextId('179'),
      kind,
      item,
      isReply: parent !== null,
      post: {
        ...media,
        text: form.get('text') ?? '',
        by: OWN_NAME,
        parent,
        ...(form.has('reply_control') && { replyControl: form.get('reply_control')! }),
        ...(form.has('topic_tag') && { topicTag: form.get('topic_tag')! }),
        ...(form.has('link_attachment') && { link: form.get('link_attachment')! }),
        children: children.map(({ post }) => ({
          media_type: post.media_type ?? '',
          media_url: post.url ?? '',
          ...(post.alt !== undefined && { alt_text: post.alt }),
        })),
      },
      state: problem !== undefined ? 'ERROR' : plan.processing > 0 ? 'IN_PROGRESS' : 'FINISHED',
      ...(problem !== undefined && { problem }),
      looks: plan.processing,
      at: now(),
    };
    all.set(made.id, made);
    return ok({ id: made.id });
  };

  const statusOf = (one: Container) => {
    if (one.state === 'IN_PROGRESS') {
      one.looks -= 1;
      if (one.looks < 0) one.state = 'FINISHED';
    }
    return {
      id: one.id,
      status: isExpired(one) ? 'EXPIRED' : one.state,
      ...(one.problem !== undefined && { error_message: one.problem }),
    };
  };

  const publish = (call: Call): Answer => {
    const strange = onlyParams(call.form, ['creation_id']);
    if (strange) return strange;
    const one = all.get(call.form.get('creation_id') ?? '');
    const unready = fail(400, 24, 'The requested resource does not exist', 4_279_009, {
      error_user_msg: 'The media with id cannot be found.',
    });
    if (!one || one.item || isExpired(one) || one.state === 'ERROR' || one.state === 'IN_PROGRESS')
      return unready;
    if (one.state === 'PUBLISHED') return fail(400, 100, 'The container has been published already');
    const count = one.isReply ? plan.replies : plan.posts;
    if (count.used >= count.quota) return fail(400, 100, 'The quota is used up');
    count.used += 1;
    one.state = 'PUBLISHED';
    return ok({ id: store.add({ ...one.post, at: now() }).id });
  };

  return { all, plan, create, statusOf, publish };
}
