import { protocol } from 'electron';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { byteRange } from './byte-range';
import { fileInside } from './path-containment';

export const APP_SCHEME = 'app';
export const APP_ORIGIN = `${APP_SCHEME}://candor`;

/**
 * From nothing, only what the page needs: its own scripts and styles, images and videos of the media store, and pictures
 * that the core fetched (by id, never by address). Pages, frames, forms, plugins, workers and connections are refused.
 * No `unsafe-*`.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  `img-src 'self' ${APP_SCHEME}://media ${APP_SCHEME}://remote blob:`,
  `media-src ${APP_SCHEME}://media`,
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What the built page consists of; nothing else of its folder is served. */
const PAGE_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
};

export type MediaFile = { readonly path: string; readonly mime: string };
export type MediaFiles = (id: string) => Promise<MediaFile | undefined>;
/** `asked`: the person pressed for this one picture. */
export type RemotePictures = (id: string, asked: boolean) => Promise<MediaFile | undefined>;

/** Must run before the app is ready: afterwards a scheme can no longer become a standard, secure one. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: APP_SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ]);
}

/** Serves the built page from `pageFolder`, media and pictures by id. Everything else of the scheme is 404. */
export function serveApp(pageFolder: string, mediaFiles: MediaFiles, remotePictures: RemotePictures): void {
  protocol.handle(APP_SCHEME, async (request) => {
    const url = new URL(request.url);
    if (request.method !== 'GET') return refused(405);
    if (url.host === 'candor') return servePage(pageFolder, url.pathname);
    const id = url.pathname.slice(1);
    if (url.host === 'media') return serveMedia(await mediaFiles(id), request.headers.get('range'));
    if (url.host === 'remote') return serveImage(await remotePictures(id, url.search === '?show'));
    return refused(404);
  });
}

async function servePage(folder: string, pathname: string): Promise<Response> {
  const file = fileInside(folder, pathname === '/' ? '/index.html' : pathname);
  const mime = file === undefined ? undefined : PAGE_TYPES[extname(file)];
  return file === undefined || mime === undefined ? refused(404) : serveFile(file, mime, 'no-cache');
}

const serveImage = async (file: MediaFile | undefined): Promise<Response> =>
  file ? serveFile(file.path, file.mime, 'private, max-age=31536000, immutable') : refused(404);

/** A video is read where it is being looked at, and never lies in memory whole. */
async function serveMedia(file: MediaFile | undefined, wanted: string | null): Promise<Response> {
  if (!file?.mime.startsWith('video/')) return serveImage(file);
  const size = await stat(file.path).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined) return refused(404);
  const range = byteRange(wanted, size);
  const headers = {
    ...headersFor(file.mime, 'private, max-age=31536000, immutable'),
    'accept-ranges': 'bytes',
  };
  if (range === 'unsatisfiable')
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` } });
  const { from, to } = range ?? { from: 0, to: size - 1 };
  const body = Readable.toWeb(createReadStream(file.path, { start: from, end: to })) as ReadableStream;
  const length = { 'content-length': String(to - from + 1) };
  if (!range) return new Response(body, { headers: { ...headers, ...length } });
  const part = { 'content-range': `bytes ${from}-${to}/${size}` };
  return new Response(body, { status: 206, headers: { ...headers, ...length, ...part } });
}

const headersFor = (mime: string, caching: string) => ({
  'content-type': mime,
  'cache-control': caching,
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
});

async function serveFile(path: string, mime: string, caching: string): Promise<Response> {
  try {
    return new Response(await readFile(path), { headers: headersFor(mime, caching) });
  } catch {
    // a file that is not there is a plain 404 to the page
    return refused(404);
  }
}

const refused = (status: number): Response => new Response(null, { status });
