/** Photos, videos in parts, and reels: what Meta takes and what it refuses. */
import { graphError, missing, ok, type GraphReply, type GraphRequest, type GraphRoute } from '../graph/kit';
import { PAGE, type Store } from './store';

export type UploadOptions = {
  readonly store: Store;
  readonly url: string;
  readonly chunk: () => number;
  readonly looks: () => number;
  readonly fails: () => boolean;
};

const IMAGES = ['image/jpeg', 'image/png', 'image/gif'];

export function uploadRoutes({ store, url, chunk, looks, fails }: UploadOptions): readonly GraphRoute[] {
  const scopes = ['pages_manage_posts'];
  const start = (size: number, reel: boolean): string => {
    const id = store.next();
    store.videos.set(id, {
      id,
      reel,
      size,
      received: 0,
      bytes: [],
      finished: false,
      looks: 0,
      failed: false,
    });
    return id;
  };
  const publish = (id: string, text: string): GraphReply => {
    const video = store.videos.get(id);
    if (!video) return missing;
    if (video.finished) return graphError(100, 'The video was published before');
    if (video.size === 0 || video.received !== video.size)
      return graphError(6000, 'There was a problem uploading your video file');
    Object.assign(video, { finished: true, looks: looks(), failed: fails() });
    video.post = store.addPost({ text, video: id }).id;
    return ok({ success: true });
  };
  const place = (id: string) => {
    const video = store.videos.get(id);
    const from = video?.received ?? 0;
    return { start_offset: String(from), end_offset: String(Math.min(from + chunk(), video?.size ?? 0)) };
  };
  const transfer = ({ fields, files }: GraphRequest): GraphReply => {
    const video = store.videos.get((fields.upload_session_id ?? '').replace('s', ''));
    const part = files.video_file_chunk;
    if (!video || video.finished) return graphError(100, 'Invalid upload session', { subcode: 1_363_041 });
    if (!part) return graphError(100, '(#100) Missing video_file_chunk');
    if (Number(fields.start_offset) !== video.received)
      return graphError(100, 'The start offset is not right', { subcode: 1_363_037 });
    if (part.bytes.byteLength > chunk() || video.received + part.bytes.byteLength > video.size)
      return graphError(100, 'The part is too long', { subcode: 1_363_033 });
    video.bytes.push(part.bytes);
    video.received += part.bytes.byteLength;
    return ok(place(video.id));
  };

  return [
    {
      match: new RegExp(`^POST /${PAGE}/photos$`),
      params: ['published', 'temporary', 'alt_text_custom', 'message', 'no_story'],
      scopes,
      run: ({ fields, files }) => {
        const file = files.source;
        if (!file || !IMAGES.includes(file.mime))
          return graphError(324, '(#324) Missing or invalid image file');
        if (fields.temporary === 'true' && fields.published !== 'false')
          return graphError(100, '(#100) A temporary photo must not be published');
        const id = store.next();
        store.photos.set(id, { id, mime: file.mime, alt: fields.alt_text_custom ?? '', used: false });
        return ok({ id });
      },
    },
    {
      match: new RegExp(`^POST /${PAGE}/videos$`),
      params: ['upload_phase', 'file_size', 'upload_session_id', 'start_offset', 'description', 'title'],
      scopes,
      visible: true,
      run: (request) => {
        const { fields } = request;
        if (fields.upload_phase === 'start') {
          if (!(Number(fields.file_size) > 0)) return graphError(100, '(#100) file_size is required');
          const id = start(Number(fields.file_size), false);
          return ok({ video_id: id, upload_session_id: `s${id}`, ...place(id) });
        }
        if (fields.upload_phase === 'transfer') return transfer(request);
        if (fields.upload_phase !== 'finish') return graphError(100, '(#100) upload_phase is required');
        return publish((fields.upload_session_id ?? '').replace('s', ''), fields.description ?? '');
      },
    },
    {
      match: new RegExp(`^POST /${PAGE}/video_reels$`),
      params: ['upload_phase', 'video_id', 'video_state', 'description', 'title'],
      scopes,
      visible: true,
      run: ({ fields }) => {
        if (fields.upload_phase === 'start') {
          const id = start(0, true);
          return ok({ video_id: id, upload_url: `${url}/video-upload/v26.0/${id}` });
        }
        if (fields.upload_phase !== 'finish' || fields.video_state !== 'PUBLISHED')
          return graphError(100, '(#100) upload_phase and video_state are required');
        return publish(fields.video_id ?? '', fields.description ?? '');
      },
    },
  ];
}

/** The upload host takes a reel from where it stands to its end: a shorter body is a partial request. */
export function takeReel(store: Store, id: string, { headers, raw, isCut }: GraphRequest): GraphReply {
  const video = store.videos.get(id);
  if (!video || video.finished) return missing;
  const size = Number(headers.file_size);
  const refused = (status: number, type: string, retriable = false): GraphReply => ({
    status,
    body: { debug_info: { retriable, type } },
  });
  if (!Number.isInteger(size) || size <= 0 || !/^OAuth \S/.test(headers.authorization ?? ''))
    return refused(400, 'ProcessingFailedError');
  if (headers.offset !== String(video.received)) return refused(412, 'OffsetInvalidError', true);
  if (!isCut && raw.byteLength !== size - video.received) return refused(400, 'PartialRequestError');
  video.bytes.push(raw);
  Object.assign(video, { size, received: video.received + raw.byteLength });
  return ok({ success: true });
}
