import { NetworkError } from '../errors';
import { turn } from '../turns';
import type { StreamEvent } from './stream-parts';

/** No event of a server is near this long; a stream that never ends a line must not fill the memory. */
const MAX_PENDING = 2 * 1024 * 1024;

/** Server-sent events (html.spec.whatwg.org, server-sent events), as they come in. `onBytes`: a sign of life. */
export function readEvents(body: ReadableStream<Uint8Array>, onBytes: () => void) {
  return {
    each: async (take: (event: StreamEvent) => void): Promise<void> => {
      const decoder = new TextDecoder();
      const reader = body.getReader();
      let pending = '';
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          onBytes();
          // What a busy server sends at once is taken apart piece by piece.
          await turn('begin');
          pending = withPlainLines(pending + decoder.decode(value, { stream: true }));
          const blocks = pending.split('\n\n');
          pending = blocks.pop() ?? '';
          if (pending.length > MAX_PENDING)
            throw new NetworkError({ kind: 'protocol', detail: 'an event of a stream has no end' }, 'no');
          for (const block of blocks) {
            const event = parseEvent(block);
            if (event) take(event);
          }
        }
      } finally {
        reader.releaseLock();
      }
    },
  };
}

const withPlainLines = (text: string): string => (text.includes('\r') ? text.replaceAll('\r\n', '\n') : text);

/** Undefined for what carries no data: comments are signs of life. */
function parseEvent(block: string): StreamEvent | undefined {
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const end = line.includes(':') ? line.indexOf(':') : line.length;
    const field = line.slice(0, end);
    const value = line.slice(line[end + 1] === ' ' ? end + 2 : end + 1);
    if (field === 'event') name = value;
    if (field === 'data') data.push(value);
  }
  return data.length === 0 ? undefined : { name, data: data.join('\n') };
}
