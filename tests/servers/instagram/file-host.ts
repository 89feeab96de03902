/** A media host that really serves what is put there, over HTTP on this device. */
import { randomUUID } from 'node:crypto';
import type { MediaHost } from '../../../electron/main/networks/network';
import { serve } from '../kit/server';

export async function startFileHost(
  files: Readonly<Record<string, { readonly bytes: Uint8Array; readonly mime: string }>>,
) {
  const held = new Map<string, { readonly bytes: Uint8Array; readonly mime: string }>();
  const removed: string[] = [];
  let isAway = false;
  const { url, close } = await serve(async (request, response) => {
    const file = held.get((request.url ?? '/').slice(1).split('?')[0] ?? '');
    if (file) response.writeHead(200, { 'content-type': file.mime }).end(file.bytes);
    else response.writeHead(404).end();
  });
  const host: MediaHost = {
    put: async (mediaId) => {
      const file = files[mediaId];
      if (!file) throw new Error(`no media ${mediaId}`);
      const key = randomUUID();
      held.set(key, file);
      return { key, url: `${url}/${key}?signature=${SIGNATURE}` };
    },
    remove: async (key) => {
      if (isAway) throw new TypeError('fetch failed');
      held.delete(key);
      removed.push(key);
    },
  };
  return {
    host,
    held,
    removed,
    goAway: () => (isAway = true),
    close,
  };
}

/** Part of every address: it must appear in no error and no log line. */
export const SIGNATURE = 'sig-4f9a7c1e';
