import { parentPort } from 'node:worker_threads';
import { JsColorType, ResizeFit, Transformer } from '@napi-rs/image';
import type {
  FitLimit,
  FittedImage,
  ImageFacts,
  ImageResult,
  ImageWork,
  WorkerAnswer,
  WorkerRequest,
} from './media-messages';

/** Reads and recompresses images away from the main thread. One request at a time, in order. */

const MIME: Readonly<Record<string, string>> = {
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  bmp: 'image/bmp',
  tiff: 'image/tiff',
};
const SIDES = [4096, 3000, 2400, 2000, 1600, 1280, 1024, 800, 640, 480, 320];
const QUALITIES = [90, 82, 74];
const FIRST_ROTATED_ORIENTATION = 5;
const ALPHA = new Set([
  JsColorType.La8,
  JsColorType.Rgba8,
  JsColorType.La16,
  JsColorType.Rgba16,
  JsColorType.Rgba32F,
]);

async function probe(bytes: Uint8Array): Promise<ImageFacts> {
  const gif = probeGif(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (gif) return gif;
  const meta = await new Transformer(bytes).metadata(true);
  const mime = MIME[meta.format.toLowerCase()] ?? `image/${meta.format.toLowerCase()}`;
  const turned = (meta.orientation ?? 1) >= FIRST_ROTATED_ORIENTATION;
  return {
    mime,
    width: turned ? meta.height : meta.width,
    height: turned ? meta.width : meta.height,
    alpha: ALPHA.has(meta.colorType),
    // Camera data may hold the place where a photo was taken: such files leave only as new ones.
    carriesMetadata: (meta.orientation ?? 1) !== 1 || Object.keys(meta.exif ?? {}).length > 0,
  };
}

/** The decoder knows no GIF: its size stands at the beginning (GIF89a, 18), and it leaves as it is or not at all. */
function probeGif(bytes: Buffer): ImageFacts | undefined {
  if (!/^GIF8[79]a$/.test(bytes.toString('latin1', 0, 6)) || bytes.byteLength < 13) return undefined;
  const [width, height] = [bytes.readUInt16LE(6), bytes.readUInt16LE(8)];
  return { mime: 'image/gif', width, height, alpha: true, carriesMetadata: false };
}

/** As sharp as the limit allows: the largest size first, then lower quality, then smaller. */
async function fit(bytes: Uint8Array, limit: FitLimit): Promise<FittedImage> {
  const facts = await probe(bytes);
  if (limit.mime.includes(facts.mime) && bytes.byteLength <= limit.maxBytes && !facts.carriesMetadata) {
    return { bytes, mime: facts.mime, width: facts.width, height: facts.height };
  }
  if (facts.mime === 'image/gif') throw new Error('a GIF is sent as it is or not at all');
  const mime = targetMime(facts, limit.mime);
  const longest = Math.max(facts.width, facts.height);
  for (const side of [...new Set(SIDES.map((size) => Math.min(size, longest)))]) {
    const scale = side / longest;
    const width = Math.max(1, Math.round(facts.width * scale));
    const height = Math.max(1, Math.round(facts.height * scale));
    for (const quality of QUALITIES) {
      const result = await encode(bytes, mime, scale < 1 ? { width, height } : null, quality);
      if (result.byteLength <= limit.maxBytes) return { bytes: result, mime, width, height };
    }
  }
  throw new Error('the image cannot be made small enough');
}

function targetMime(facts: ImageFacts, allowed: readonly string[]): string {
  if (facts.alpha && allowed.includes('image/webp')) return 'image/webp';
  const found = ['image/jpeg', 'image/webp', 'image/png'].find((mime) => allowed.includes(mime));
  if (!found) throw new Error('none of the allowed image types can be made');
  return found;
}

async function encode(
  bytes: Uint8Array,
  mime: string,
  size: { readonly width: number; readonly height: number } | null,
  quality: number,
): Promise<Uint8Array> {
  const upright = new Transformer(bytes).rotate();
  const image = size ? upright.fastResize({ ...size, fit: ResizeFit.Fill }) : upright;
  if (mime === 'image/jpeg') return image.jpeg(quality);
  if (mime === 'image/webp') return image.webp(quality);
  return image.png();
}

const port = parentPort;
if (!port) throw new Error('this file runs as a worker');

async function answer({ id, work }: WorkerRequest<ImageWork>): Promise<WorkerAnswer<ImageResult>> {
  try {
    const result =
      work.kind === 'probe'
        ? { facts: await probe(work.bytes) }
        : { image: await fit(work.bytes, work.limit) };
    return { id, ok: true, result };
  } catch (error) {
    return { id, ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

let queue: Promise<void> = Promise.resolve();
port.on('message', (request: WorkerRequest<ImageWork>) => {
  queue = queue.then(async () => port.postMessage(await answer(request)));
});
