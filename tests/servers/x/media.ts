/** X's uploads: images at once, GIFs and videos in parts, with processing. */
import { z } from 'zod';
import { readForm } from '../kit/forms';
import { bodies } from './shapes';
import { invalid, noCredits, problem, type Refusal, type Store, type Upload } from './store';

type Answer = { readonly status: number; readonly body: unknown };
type Call = {
  readonly query: Readonly<Record<string, string>>;
  readonly json: unknown;
  readonly raw: Buffer;
  readonly type: string;
  readonly id: string;
};

const MB = 1024 * 1024;
const maxBytes: Readonly<Record<string, number>> = {
  tweet_image: 5 * MB,
  tweet_gif: 15 * MB,
  tweet_video: 512 * MB,
};
const imageTypes = ['image/jpeg', 'image/png', 'image/webp', 'image/bmp', 'image/tiff', 'image/pjpeg'];
const ok = (body: unknown): Answer => ({ status: 200, body });

const initial = z.object({ media_type: z.string(), total_bytes: z.number(), media_category: z.string() });

/** The parts of a multipart body, as text fields and the one file. */
function partsOf({ raw, type }: Call): {
  readonly fields: Record<string, string>;
  readonly file?: { readonly mime: string; readonly bytes: Buffer };
} {
  const parts = readForm(type, raw) ?? [];
  const fields = parts.filter(({ mime }) => mime === undefined);
  const file = parts.find(({ mime }) => mime !== undefined);
  return {
    fields: Object.fromEntries(fields.map(({ name, bytes }) => [name, bytes.toString('utf8')])),
    ...(file?.mime !== undefined && { file: { mime: file.mime, bytes: file.bytes } }),
  };
}

export function createMediaDesk(store: Store) {
  let looks = 0;
  let fails = false;
  const notFound = problem(404, 'resource-not-found', 'Not Found Error', 'Could not find media.');

  const open = (mime: string, category: string, total: number): Upload => {
    const made: Upload = {
      id: store.nextId(),
      mime,
      category,
      total,
      parts: new Map(),
      state: 'open',
      looks: 0,
      alt: null,
    };
    store.uploads.set(made.id, made);
    return made;
  };
  const told = (one: Upload) => ({
    id: one.id,
    media_key: `3_${one.id}`,
    ...(one.category !== 'tweet_image' &&
      one.state !== 'open' && {
        processing_info: {
          state: one.state === 'pending' ? 'in_progress' : one.state,
          ...(one.state === 'pending' && { check_after_secs: 1 }),
        },
      }),
  });

  const simple = (call: Call): Answer | Refusal => {
    const { fields, file } = partsOf(call);
    const { media_category: category, ...rest } = fields;
    if (Object.keys(rest).length > 0 || !file) return invalid('media: is required');
    if (category !== 'tweet_image') return invalid('media_category: is not one of the allowed ones');
    if (!imageTypes.includes(file.mime)) return invalid('This is not a valid image');
    if (file.bytes.length > (maxBytes.tweet_image ?? 0))
      return invalid('Image file size exceeds 5242880 bytes');
    const made = open(file.mime, category, file.bytes.length);
    made.state = 'succeeded';
    return ok({ data: told(made) });
  };

  const initialize = ({ json }: Call): Answer | Refusal => {
    const input = initial.safeParse(json).data;
    if (!input) return invalid('media_type, total_bytes and media_category are required');
    if (input.total_bytes > (maxBytes[input.media_category] ?? 0))
      return invalid('File size exceeds the limit');
    const isVideo = input.media_category === 'tweet_video';
    if (isVideo !== input.media_type.startsWith('video/'))
      return invalid('media_type does not fit the category');
    return ok({ data: told(open(input.media_type, input.media_category, input.total_bytes)) });
  };

  const append = (call: Call): Answer | Refusal => {
    const upload = store.uploads.get(call.id);
    const { fields, file } = partsOf(call);
    const { segment_index: at = '', ...rest } = fields;
    if (!upload) return notFound;
    if (Object.keys(rest).length > 0 || !file || !/^\d{1,3}$/.test(at))
      return invalid('segment_index: is required');
    if (file.bytes.length > 5 * MB) return invalid('segment size exceeds the limit');
    upload.parts.set(Number(at), file.bytes);
    return ok({ data: { expires_at: 0 } });
  };

  const finalize = ({ id }: Call): Answer | Refusal => {
    const upload = store.uploads.get(id);
    if (!upload) return notFound;
    const sizes = [...upload.parts.values()].reduce((sum, { length }) => sum + length, 0);
    const isWhole = [...upload.parts.keys()].every((_, index) => upload.parts.has(index));
    if (sizes !== upload.total || !isWhole) return invalid('media: segments do not add up to total_bytes');
    upload.state = looks > 0 ? 'pending' : fails ? 'failed' : 'succeeded';
    upload.looks = looks;
    return ok({ data: told(upload) });
  };

  const status = ({ query }: Call): Answer | Refusal => {
    const upload = store.uploads.get(query.media_id ?? '');
    if (!upload) return notFound;
    if (upload.state === 'pending' && (upload.looks -= 1) <= 0) upload.state = fails ? 'failed' : 'succeeded';
    return ok({ data: told(upload) });
  };

  const metadata = ({ json }: Call): Answer | Refusal => {
    const { id, metadata: more } = json as { id: string; metadata?: { alt_text?: { text: string } } };
    const upload = store.uploads.get(id);
    if (!upload) return notFound;
    if (!store.charge('altText')) return noCredits;
    upload.alt = more?.alt_text?.text ?? null;
    return ok({ data: { id, associated_metadata: more } });
  };

  const scopes = ['media.write'];
  const limit = 500;
  return {
    processFor: (count: number, failed = false): void => {
      looks = count;
      fails = failed;
    },
    routes: [
      { at: /^POST \/2\/media\/upload$/, scopes, query: 'nothing', limit, handle: simple },
      {
        at: /^POST \/2\/media\/upload\/initialize$/,
        scopes,
        query: 'nothing',
        body: bodies.initialize,
        limit,
        handle: initialize,
      },
      { at: /^POST \/2\/media\/upload\/(\d+)\/append$/, scopes, query: 'nothing', limit, handle: append },
      { at: /^POST \/2\/media\/upload\/(\d+)\/finalize$/, scopes, query: 'nothing', limit, handle: finalize },
      { at: /^GET \/2\/media\/upload$/, scopes, query: 'status', limit, handle: status },
      {
        at: /^POST \/2\/media\/metadata$/,
        scopes,
        query: 'nothing',
        body: bodies.metadata,
        limit,
        handle: metadata,
      },
    ] as const,
  };
}
