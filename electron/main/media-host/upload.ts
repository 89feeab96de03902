import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { reading, type HostContent } from './host';
import { noAnswer, type HostAnswer } from './request';

type Upload = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: HostContent;
  readonly timeoutMs: number;
};

/**
 * A PUT that is read from the disk as it goes out. The platform's fetch keeps a whole body in memory, four times over,
 * so a video goes by Node's own client, which knows no proxy of the system.
 */
export async function putStream(upload: Upload, signal: AbortSignal): Promise<Pick<HostAnswer, 'status'>> {
  const { url, headers, content } = upload;
  const timeout = AbortSignal.timeout(upload.timeoutMs);
  const request = new URL(url).protocol === 'https:' ? secureRequest : plainRequest;
  const sent = request(url, {
    method: 'PUT',
    headers: { ...headers, 'content-length': content.bytes },
    signal: AbortSignal.any([signal, timeout]),
  });
  const answered = new Promise<number>((resolve, reject) => {
    sent.once('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.once('error', reject);
  });
  const { parts, failure } = reading(content);
  try {
    void pipeline(parts, sent).catch(() => undefined);
    // A server that refuses says so before it has everything: what it says counts, and the rest is not sent.
    return { status: await answered };
  } catch (error) {
    signal.throwIfAborted();
    throw failure() ?? noAnswer(error, timeout.aborted);
  } finally {
    sent.destroy();
  }
}
