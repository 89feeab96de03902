/** Files that lie at Telegram: named for good, and given under paths that hold for an hour. */
import type { ServerResponse } from 'node:http';

type TelegramFile = {
  readonly bytes: Buffer;
  /** Larger than its bytes, so that a test need not make so many. */
  readonly size?: number;
  readonly folder?: 'photos' | 'videos' | 'thumbnails' | 'stickers' | 'documents';
  readonly ending?: string;
};

const DOWNLOAD_MAX = 20 * 1024 * 1024;
const PATH_MS = 60 * 60_000;

export function createFiles(now: () => number) {
  const files = new Map<string, Required<TelegramFile>>();
  const paths = new Map<string, { readonly file: string; readonly until: number }>();
  let made = 0;

  const pathOf = (id: string, { folder, ending }: Required<TelegramFile>): string => {
    const known = [...paths].find(([, { file, until }]) => file === id && until > now());
    if (known) return known[0];
    made += 1;
    const path = `${folder}/file_${made}.${ending}`;
    paths.set(path, { file: id, until: now() + PATH_MS });
    return path;
  };

  return {
    /** Puts a file there; gives what a message tells of it. */
    add: (file: TelegramFile) => {
      const file_id = `AgACAgIAAxkBAAM_${files.size}-${'x'.repeat(60)}`;
      const kept = { size: file.bytes.length, folder: 'photos', ending: 'jpg', ...file } as const;
      files.set(file_id, kept);
      return { file_id, file_unique_id: `AQAD${files.size}`, file_size: kept.size };
    },
    /** `getFile`; undefined for an id that is none, null for a file that is too big. */
    describe: (id: unknown) => {
      const file = files.get(String(id));
      if (!file) return undefined;
      if (file.size > DOWNLOAD_MAX) return null;
      return {
        file_id: id,
        file_unique_id: String(id).slice(-8),
        file_size: file.size,
        file_path: pathOf(String(id), file),
      };
    },
    /** Whatever it is, it is sent as bytes to be kept, not to be shown. */
    send: (response: ServerResponse, path: string): void => {
      const found = paths.get(path);
      const file = found && found.until > now() ? files.get(found.file) : undefined;
      if (!file) return sendMiss(response);
      response
        .writeHead(200, {
          'content-type': 'application/octet-stream',
          'content-disposition': `attachment; filename=${path.split('/').at(-1)}`,
          'content-length': file.bytes.length,
        })
        .end(file.bytes);
    },
  };
}
export type TelegramFiles = ReturnType<typeof createFiles>;

export const sendMiss = (response: ServerResponse): void =>
  void response
    .writeHead(404, { 'content-type': 'application/json' })
    .end(JSON.stringify({ ok: false, error_code: 404, description: 'Not Found' }));
