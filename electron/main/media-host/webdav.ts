import type { WebdavConfig } from '@shared/domain/media-host';
import { below, PART_BYTES, type HostAdapter, type HostContent } from './host';
import { expectSuccess, send, type HostAnswer, type HostHttp, type HostRequest } from './request';
import { putStream } from './upload';

type WebdavDeps = HostHttp & { readonly config: WebdavConfig; readonly password: string };

const UPLOAD_MS = 60 * 60_000;
/** What servers say when the folder is not there; nginx calls it an error of its own. */
const NO_FOLDER: readonly number[] = [404, 409, 500];
const CREATED = 201;

/** A folder on a web server that takes files by WebDAV (RFC 4918) and shows them under a public address. */
export function createWebdavHost(deps: WebdavDeps): HostAdapter {
  const { config } = deps;
  const authorization = `Basic ${Buffer.from(`${config.user}:${deps.password}`, 'utf8').toString('base64')}`;
  const signIn: Readonly<Record<string, string>> = config.user === '' ? {} : { authorization };
  const call = (request: HostRequest, signal: AbortSignal): Promise<HostAnswer> =>
    send(deps, { ...request, headers: { ...request.headers, ...signIn } }, signal);

  const upload = async (
    key: string,
    content: HostContent,
    signal: AbortSignal,
  ): Promise<Pick<HostAnswer, 'status'>> => {
    const url = below(config.url, key);
    const headers = { 'content-type': content.mime };
    if (content.bytes > PART_BYTES)
      return putStream({ url, headers: { ...signIn, ...headers }, content, timeoutMs: UPLOAD_MS }, signal);
    const body = await content.read(0, content.bytes);
    return call({ url, method: 'PUT', headers, body, timeoutMs: UPLOAD_MS }, signal);
  };

  return {
    put: async (key, content, signal) => {
      let answer = await upload(key, content, signal);
      if (NO_FOLDER.includes(answer.status)) {
        const made = await call({ url: `${below(config.url)}/`, method: 'MKCOL' }, signal);
        if (made.status === CREATED) answer = await upload(key, content, signal);
      }
      expectSuccess(answer);
    },
    url: (key) => Promise.resolve(below(config.publicUrl, key)),
    remove: async (key, signal) => {
      const answer = await call({ url: below(config.url, key), method: 'DELETE' }, signal);
      if (answer.status !== 404 && answer.status !== 410) expectSuccess(answer);
    },
  };
}
