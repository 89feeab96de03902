import { net, protocol } from 'electron';
import { pathToFileURL } from 'node:url';
import { fileInside } from './path-containment';

export const APP_SCHEME = 'app';
export const APP_ORIGIN = `${APP_SCHEME}://candor`;

/**
 * From nothing, only what the page needs: its own scripts and styles, images of the media store, and pictures that
 * the core fetched (by id, never by address). Pages, frames, forms, plugins, workers and connections are refused.
 * No `unsafe-*`.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  `img-src 'self' ${APP_SCHEME}://media ${APP_SCHEME}://remote blob:`,
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

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
    if (url.host === 'media') return serveImage(await mediaFiles(id));
    if (url.host === 'remote') return serveImage(await remotePictures(id, url.search === '?show'));
    return refused(404);
  });
}

async function servePage(folder: string, pathname: string): Promise<Response> {
  const file = fileInside(folder, pathname === '/' ? '/index.html' : pathname);
  return file === undefined
    ? refused(404)
    : withHeaders(await readFile(file), { 'cache-control': 'no-cache' });
}

async function serveImage(file: MediaFile | undefined): Promise<Response> {
  if (!file) return refused(404);
  return withHeaders(await readFile(file.path), {
    'content-type': file.mime,
    'cache-control': 'private, max-age=31536000, immutable',
  });
}

async function readFile(path: string): Promise<Response> {
  try {
    return await net.fetch(pathToFileURL(path).href);
  } catch {
    // net.fetch rejects for a file that is not there; to the page that is a plain 404
    return refused(404);
  }
}

function withHeaders(response: Response, headers: Record<string, string>): Response {
  const merged = new Headers(response.headers);
  const all = {
    ...headers,
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
  };
  for (const [name, value] of Object.entries(all)) merged.set(name, value);
  return new Response(response.body, { status: response.status, headers: merged });
}

const refused = (status: number): Response => new Response(null, { status });
