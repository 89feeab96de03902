/** Containers as the content publishing guide describes them: checked when made, processed, good for a day. */
import { fail, ok, onlyParams, type Answer, type Call } from './kit';
import { lookAt, recognise, type Seen } from './media-eye';
import { OWN_NAME, type InstagramStore, type Post } from './store';

export type Container = {
  id: string;
  kind: 'IMAGE' | 'VIDEO' | 'REELS' | 'STORIES' | 'CAROUSEL';
  item: boolean;
  caption: string;
  alt?: string;
  ai: boolean;
  shareToFeed?: boolean;
  url: string;
  children: readonly string[];
  state: 'IN_PROGRESS' | 'FINISHED' | 'ERROR' | 'PUBLISHED';
  problem?: number;
  looks: number;
  waitsForBytes: boolean;
  /** What has arrived of a file. */
  parts: Buffer[];
  at: number;
  seen?: Seen;
};

const PARAMS = [
  'image_url',
  'video_url',
  'caption',
  'alt_text',
  'media_type',
  'is_carousel_item',
  'children',
  'is_ai_generated',
  'share_to_feed',
  'upload_type',
  'cover_url',
  'location_id',
  'user_tags',
  'collaborators',
  'thumb_offset',
];
const DAY_MS = 86_400_000;
const IMAGE_BYTES = 8 * 1024 * 1024;
const refused = (subcode: number, words: string): Answer => fail(400, 36_000, words, subcode);

export function createContainers(store: InstagramStore, now: () => number) {
  const all = new Map<string, Container>();
  const plan = { processing: 0, failures: [] as number[], quota: 50, used: 0, tellsUploads: true };

  const isExpired = ({ at, state }: Container) => state !== 'PUBLISHED' && now() - at > DAY_MS;

  const checkImage = (seen: Seen, kind: Container['kind'], url: string): Answer | undefined => {
    if (seen.kind === 'none' && seen.why === 'unreachable')
      return fail(400, 36_000, 'It takes too long to download the media.', 2_207_003, {
        error_user_msg: `The media could not be fetched from this URI: ${url}`,
      });
    if (seen.kind !== 'image' || seen.mime !== 'image/jpeg')
      return refused(2_207_005, 'The image format is not supported.');
    if (seen.bytes > IMAGE_BYTES) return refused(2_207_004, 'The image is too large to download.');
    const ratio = seen.width / seen.height;
    if (kind !== 'STORIES' && (ratio < 0.8 || ratio > 1.91))
      return refused(2_207_009, 'The aspect ratio is not supported.');
    return undefined;
  };

  const checkText = (
    { form }: Call,
    kind: Container['kind'],
    item: boolean,
    isVideo: boolean,
  ): Answer | undefined => {
    const caption = form.get('caption') ?? '';
    if (caption.length > 2200) return refused(2_207_010, 'The caption is too long.');
    if (item && form.has('caption')) return fail(400, 100, 'Param caption is not allowed on a carousel item');
    if (item && form.has('is_ai_generated'))
      return fail(400, 100, 'Param is_ai_generated belongs to the carousel');
    if (form.has('alt_text') && (isVideo || kind === 'STORIES' || kind === 'CAROUSEL'))
      return fail(400, 100, 'Param alt_text is only supported for images');
    if ((form.get('alt_text') ?? '').length > 1000) return fail(400, 100, 'Param alt_text is too long');
    if (form.has('share_to_feed') && kind !== 'REELS')
      return fail(400, 100, 'Param share_to_feed is only for reels');
    return undefined;
  };

  const childrenOf = (form: URLSearchParams): readonly Container[] | Answer => {
    const ids = (form.get('children') ?? '').split(',').filter(Boolean);
    if (ids.length < 2 || ids.length > 10) return refused(2_207_028, 'A carousel has 2 to 10 items.');
    const found = ids.flatMap((id) => all.get(id) ?? []);
    if (found.length < ids.length || found.some((one) => !one.item))
      return fail(400, 100, 'Invalid children');
    if (found.some(isExpired)) return refused(2_207_008, 'A media container has expired.');
    if (found.some(({ state }) => state !== 'FINISHED'))
      return fail(400, 9007, 'Media is not ready', 2_207_027);
    return found;
  };

  const create = async (call: Call, mayUpload: boolean): Promise<Answer> => {
    const { form } = call;
    const strange = onlyParams(form, PARAMS);
    if (strange) return strange;
    const [image, video] = [form.get('image_url'), form.get('video_url')];
    const resumable = form.get('upload_type') === 'resumable';
    if (resumable && !mayUpload) return fail(400, 100, 'upload_type=resumable needs Facebook Login');
    const kind = (form.get('media_type') ?? 'IMAGE') as Container['kind'];
    const item = form.get('is_carousel_item') === 'true';
    const isVideo = video !== null || resumable;
    const early = checkText(call, kind, item, isVideo);
    if (early) return early;
    if (kind === 'VIDEO' && !item)
      return fail(400, 100, 'media_type VIDEO is no longer supported: use REELS');
    const children = kind === 'CAROUSEL' ? childrenOf(form) : [];
    if (!Array.isArray(children)) return children as Answer;
    if (kind !== 'CAROUSEL' && !image && !isVideo)
      return fail(400, 100, 'The parameter image_url is required');
    if ((kind === 'REELS' || kind === 'VIDEO') && !isVideo)
      return fail(400, 100, 'The parameter video_url is required');
    const url = image ?? video ?? '';
    const seen = url === '' ? undefined : await lookAt(url);
    const problem = image && seen ? checkImage(seen, kind, image) : undefined;
    if (problem) return problem;
    const badVideo =
      video && seen?.kind !== 'video'
        ? seen?.kind === 'none' && seen.why === 'unreachable'
          ? 2_207_003
          : 2_207_026
        : undefined;
    const failure = badVideo ?? plan.failures.shift();
    const looks = plan.processing;
    const made: Container = {
      id: store.nextId('175'),
      kind,
      item,
      caption: form.get('caption') ?? '',
      ai: form.get('is_ai_generated') === 'true',
      ...(form.has('alt_text') && { alt: form.get('alt_text')! }),
      ...(form.has('share_to_feed') && { shareToFeed: form.get('share_to_feed') === 'true' }),
      url,
      children: (children as readonly Container[]).map(({ id }) => id),
      state: failure !== undefined ? 'ERROR' : looks > 0 || resumable ? 'IN_PROGRESS' : 'FINISHED',
      ...(failure !== undefined && { problem: failure }),
      looks,
      waitsForBytes: resumable,
      parts: [],
      at: now(),
      ...(seen && { seen }),
    };
    all.set(made.id, made);
    return ok({ id: made.id });
  };

  const statusOf = (one: Container) => {
    if (one.state === 'IN_PROGRESS' && !one.waitsForBytes) {
      one.looks -= 1;
      if (one.looks < 0) one.state = 'FINISHED';
    }
    const code = isExpired(one) ? 'EXPIRED' : one.state;
    const status =
      code === 'ERROR'
        ? `Error: Media upload of ${one.url} has failed with error code ${one.problem}`
        : `${code}: ok`;
    return { id: one.id, status_code: code, status, video_status: videoStatus(one) };
  };

  const received = ({ parts }: Container): number => parts.reduce((sum, { length }) => sum + length, 0);
  const videoStatus = (one: Container) => ({
    uploading_phase: {
      status: !one.waitsForBytes ? 'complete' : received(one) > 0 ? 'in_progress' : 'not_started',
      bytes_transferred: received(one),
    },
    processing_phase: { status: one.waitsForBytes ? 'not_started' : 'in_progress' },
  });

  /** From where the upload stands to the end of the file: a shorter body is a partial request. */
  const receive = (id: string, { headers, body, isCut }: Call): Answer => {
    const one = all.get(id);
    if (!one?.waitsForBytes) return fail(400, 100, 'No upload is expected', 33);
    if (headers.authorization?.startsWith('OAuth ') !== true)
      return fail(401, 190, 'Authorization: OAuth is missing');
    const refusedUpload = (status: number, type: string, retriable = false): Answer => ({
      status,
      body: { debug_info: { retriable, type, message: 'Refused' } },
    });
    const size = Number(headers.file_size);
    if (!Number.isInteger(size) || size <= 0) return refusedUpload(400, 'ProcessingFailedError');
    if (headers.offset !== String(received(one))) return refusedUpload(412, 'OffsetInvalidError', true);
    if (!isCut && body.length !== size - received(one)) return refusedUpload(400, 'PartialRequestError');
    one.parts.push(body);
    if (received(one) < size) return ok({ success: false });
    const seen = recognise(Buffer.concat(one.parts));
    one.waitsForBytes = false;
    one.seen = seen;
    if (seen.kind !== 'video') [one.state, one.problem] = ['ERROR', 2_207_026];
    return ok({ success: true, message: 'Upload successful.' });
  };

  const publish = (call: Call): Answer => {
    const strange = onlyParams(call.form, ['creation_id']);
    if (strange) return strange;
    const one = all.get(call.form.get('creation_id') ?? '');
    if (!one || one.item) return fail(400, 100, 'The media could not be found', 2_207_006);
    if (isExpired(one)) return refused(2_207_020, 'The media you are trying to access has expired.');
    if (one.state === 'PUBLISHED') return fail(400, 100, 'The media has been published already');
    if (one.state === 'ERROR') return refused(one.problem ?? 2_207_032, 'Create media failed');
    if (one.state === 'IN_PROGRESS')
      return fail(400, 9007, 'The media is not ready for publishing', 2_207_027);
    if (plan.used >= plan.quota) return fail(400, 9, 'You reached the maximum number of posts', 2_207_042);
    one.state = 'PUBLISHED';
    plan.used += 1;
    return ok({ id: postOf(one).id });
  };

  const postOf = (one: Container): Post => {
    const picture = (child: Container) => ({
      id: child.id,
      media_type: child.kind === 'VIDEO' ? 'VIDEO' : 'IMAGE',
      media_url: child.url,
      ...(child.alt !== undefined && { alt_text: child.alt }),
    });
    const isStory = one.kind === 'STORIES';
    const made: Post = {
      id: store.nextId('180'),
      caption: one.caption,
      media_type: one.kind === 'CAROUSEL' ? 'CAROUSEL_ALBUM' : one.seen?.kind === 'video' ? 'VIDEO' : 'IMAGE',
      product: isStory ? 'STORY' : one.kind === 'REELS' ? 'REELS' : 'FEED',
      url: one.url,
      ai: one.ai,
      ...(one.alt !== undefined && { alt: one.alt }),
      ...(one.shareToFeed !== undefined && { shareToFeed: one.shareToFeed }),
      children: one.children.map((id) => picture(all.get(id)!)),
      by: OWN_NAME,
      at: now(),
    };
    (isStory ? store.stories : store.posts).push(made);
    return made;
  };

  return { all, plan, create, statusOf, receive, publish };
}
