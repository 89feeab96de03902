/** The channel, its videos and uploads of the YouTube stub. */
import { checked, fail, idsOf, ok, paged, partsOf, type Answer, type Call, type World } from './answers';
import { CHANNEL, UPLOADS, type Session, type StoredVideo } from './store';

const CHUNK_UNIT = 256 * 1024;

export function createVideos({ store, url, settings }: World) {
  const videoOf = (one: StoredVideo, parts: readonly string[]) => ({
    kind: 'youtube#video',
    id: one.id,
    ...(parts.includes('snippet') && {
      snippet: {
        publishedAt: one.publishedAt,
        channelId: CHANNEL,
        title: one.title,
        description: one.description,
        channelTitle: 'Brand',
        thumbnails: {
          default: { url: `${url()}/media/${one.id}-small.jpg`, width: 120, height: 90 },
          high: { url: `${url()}/media/${one.id}-large.jpg`, width: 480, height: 360 },
        },
        categoryId: '22',
      },
    }),
    ...(parts.includes('status') && {
      status: {
        uploadStatus: one.uploadStatus,
        ...(one.failureReason !== undefined && { failureReason: one.failureReason }),
        ...one.status,
        license: 'youtube',
        embeddable: true,
      },
    }),
    ...(parts.includes('statistics') && {
      statistics: {
        viewCount: '12',
        likeCount: '3',
        favoriteCount: '0',
        ...(!one.commentsDisabled && {
          commentCount: String([...store.comments.values()].filter(({ video }) => video === one.id).length),
        }),
      },
    }),
  });

  const channels = ({ query }: Call): Answer =>
    checked(query, ['part', 'mine', 'id'], ['part']) ??
    ok({
      items: [
        {
          kind: 'youtube#channel',
          id: CHANNEL,
          snippet: {
            title: 'Brand',
            customUrl: '@brand',
            thumbnails: { default: { url: `${url()}/media/brand.png` } },
          },
          statistics: {
            viewCount: '900',
            hiddenSubscriberCount: settings.hidesFollowers,
            subscriberCount: settings.hidesFollowers ? '0' : '77',
            videoCount: String(store.videos.size),
          },
          contentDetails: { relatedPlaylists: { likes: '', uploads: UPLOADS } },
        },
      ],
    });
  const videos = ({ query }: Call): Answer => {
    const refused = checked(query, ['part', 'id'], ['part', 'id']);
    if (refused) return refused;
    if (idsOf(query).length > 50) return fail(400, 'invalidValue', 'too many ids');
    const found = idsOf(query).flatMap((id) => store.videos.get(id) ?? []);
    for (const one of found)
      if (partsOf(query).includes('status') && one.uploadStatus === 'uploaded' && one.looks-- <= 0)
        one.uploadStatus = 'processed';
    return ok({ items: found.map((one) => videoOf(one, partsOf(query))) });
  };
  const playlist = ({ query }: Call): Answer => {
    const refused = checked(query, ['part', 'playlistId', 'maxResults', 'pageToken'], ['part', 'playlistId']);
    if (refused) return refused;
    if (query.get('playlistId') !== UPLOADS) return fail(404, 'playlistNotFound');
    const all = [...store.videos.values()]
      .reverse()
      .map(({ id }) => ({ id: `PL${id}`, contentDetails: { videoId: id } }));
    return paged(all, query);
  };
  const checkStatus = (status: Record<string, unknown>): Answer | undefined => {
    const known = ['privacyStatus', 'selfDeclaredMadeForKids', 'containsSyntheticMedia'];
    if (Object.keys(status).some((name) => !known.includes(name))) return fail(400, 'invalidVideoMetadata');
    return ['public', 'unlisted', 'private'].includes(String(status.privacyStatus))
      ? undefined
      : fail(400, 'invalidVideoMetadata', 'privacyStatus');
  };
  const updateVideo = ({ query, body }: Call): Answer => {
    const refused = checked(query, ['part'], ['part']);
    if (refused) return refused;
    if (query.get('part') !== 'status') return fail(400, 'test', 'only the status is updated');
    const { id, status } = JSON.parse(body.toString('utf8'));
    const found = store.videos.get(id);
    if (!found) return fail(404, 'videoNotFound');
    const wrong = checkStatus(status);
    if (wrong) return wrong;
    // What an update leaves out is taken away.
    found.status = settings.isLocked ? { ...status, privacyStatus: 'private' } : status;
    return ok(videoOf(found, ['status']));
  };
  const deleteVideo = ({ query }: Call): Answer =>
    store.videos.delete(query.get('id') ?? '') ? { status: 204 } : fail(404, 'videoNotFound');

  const beginUpload = ({ query, body, headers }: Call): Answer => {
    const refused = checked(query, ['uploadType', 'part'], ['uploadType', 'part']);
    if (refused) return refused;
    if (query.get('uploadType') !== 'resumable') return fail(400, 'badRequest', 'uploadType');
    if (settings.uploadsLeft <= 0) return fail(403, 'quotaExceeded', 'uploads', 'youtube.quota');
    const { snippet, status, ...extra } = JSON.parse(body.toString('utf8'));
    if (Object.keys(extra).length > 0) return fail(400, 'invalidVideoMetadata');
    const title = String(snippet?.title ?? '');
    const description = String(snippet?.description ?? '');
    if (title === '' || title.length > 100 || /[<>]/.test(title)) return fail(400, 'invalidTitle');
    if (Buffer.byteLength(description) > 5000 || /[<>]/.test(description))
      return fail(400, 'invalidDescription');
    const wrong = checkStatus(status ?? {});
    if (wrong) return wrong;
    const mime = String(headers['x-upload-content-type'] ?? '');
    if (!mime.startsWith('video/')) return fail(400, 'mediaBodyRequired', mime);
    settings.uploadsLeft -= 1;
    const id = `up${store.sessions.size + 1}-${Math.random().toString(36).slice(2)}`;
    const total = Number(headers['x-upload-content-length']);
    store.sessions.set(id, { id, title, description, status, total, mime, received: 0, video: undefined });
    const location = `${url()}/upload/youtube/v3/videos?uploadType=resumable&upload_id=${id}`;
    return { status: 200, headers: { location } };
  };
  const incomplete = ({ received }: Session): Answer => ({
    status: 308,
    headers: received === 0 ? {} : { range: `bytes=0-${received - 1}` },
  });
  const takeChunk = ({ query, body, headers }: Call): Answer => {
    if (settings.uploadFault === 'forget-session') {
      settings.uploadFault = null;
      store.sessions.delete(query.get('upload_id') ?? '');
    }
    const session = store.sessions.get(query.get('upload_id') ?? '');
    if (!session) return { status: 404 };
    const range = String(headers['content-range'] ?? '');
    if (session.video !== undefined)
      return ok(videoOf(store.videos.get(session.video)!, ['snippet', 'status']));
    if (range === `bytes */${session.total}`) return incomplete(session);
    const [, from, to, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range)?.map(Number) ?? [];
    const isLast = to === session.total - 1;
    const fits = from === session.received && total === session.total && body.length === to! - from + 1;
    if (!fits || (!isLast && body.length % CHUNK_UNIT !== 0))
      return fail(400, 'badRequest', `wrong range ${range}`);
    session.received += body.length;
    if (!isLast) return incomplete(session);
    const { title, description, status } = session;
    const made = store.addVideo({
      title,
      description,
      status,
      uploadStatus: 'uploaded',
      looks: settings.processing,
    });
    session.video = made.id;
    return ok(videoOf(made, ['snippet', 'status']));
  };

  return { channels, videos, playlist, updateVideo, deleteVideo, beginUpload, takeChunk };
}
