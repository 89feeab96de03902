import { open } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import mediaInfoFactory, { type MediaInfo, type MediaInfoResult } from 'mediainfo.js';
import type { MediaRefusal, VideoFacts, VideoWork, WorkerAnswer, WorkerRequest } from './media-messages';

/** Reads what a video file says of itself, away from the main thread. One request at a time, in order. */

class Refused extends Error {
  readonly reason: MediaRefusal;
  constructor(reason: MediaRefusal, message: string) {
    super(message);
    this.reason = reason;
  }
}

type Track = NonNullable<MediaInfoResult['media']>['track'][number];

let reader: Promise<MediaInfo<'object'>> | undefined;

async function probe({ path }: VideoWork): Promise<VideoFacts> {
  reader ??= mediaInfoFactory({ format: 'object' });
  const info = await reader;
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const result = await info.analyzeData(size, async (length, offset) => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    });
    return factsOf(result);
  } finally {
    await file.close();
  }
}

function factsOf({ media }: MediaInfoResult): VideoFacts {
  const tracks = media?.track ?? [];
  const general = tracks.find((track) => track['@type'] === 'General');
  const video = tracks.find((track) => track['@type'] === 'Video');
  if (general && 'extra' in general && general.extra?.['IsTruncated'] === 'Yes')
    throw new Refused('truncated', 'the file ends before its content does');
  if (!general || video?.['@type'] !== 'Video') throw new Refused('not_video', 'the file holds no video');
  const mime = mimeOf(general);
  if (!mime) throw new Refused('video_type', `a container of type ${general.Format ?? 'unknown'}`);
  const { Width: width = 0, Height: height = 0 } = video;
  if (width < 1 || height < 1)
    throw new Refused('no_size', 'the video does not say how large its picture is');
  const turned = Math.round(Number(video.Rotation ?? 0)) % 180 !== 0;
  const seconds = general.Duration ?? video.Duration;
  return {
    mime,
    width: turned ? height : width,
    height: turned ? width : height,
    seconds: seconds === undefined || !(seconds > 0) ? null : seconds,
  };
}

function mimeOf(general: Track): VideoFacts['mime'] | undefined {
  if (general.Format === 'MPEG-4')
    return general.Format_Profile === 'QuickTime' ? 'video/quicktime' : 'video/mp4';
  return general.Format === 'WebM' ? 'video/webm' : undefined;
}

const port = parentPort;
if (!port) throw new Error('this file runs as a worker');

async function answer({ id, work }: WorkerRequest<VideoWork>): Promise<WorkerAnswer<VideoFacts>> {
  try {
    return { id, ok: true, result: await probe(work) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { id, ok: false, message, ...(error instanceof Refused && { reason: error.reason }) };
  }
}

let queue: Promise<void> = Promise.resolve();
port.on('message', (request: WorkerRequest<VideoWork>) => {
  queue = queue.then(async () => port.postMessage(await answer(request)));
});
