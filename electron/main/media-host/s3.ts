import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import type { MediaHostProblem, S3Config } from '@shared/domain/media-host';
import { below, HostError, PART_BYTES, type HostAdapter, type HostContent } from './host';
import { problemOf, send, type HostAnswer, type HostHttp, type HostRequest } from './request';

type S3Deps = HostHttp & { readonly config: S3Config; readonly secretAccessKey: string };
type S3Request = Pick<HostRequest, 'method' | 'headers' | 'timeoutMs'> & {
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
};
type S3 = {
  readonly call: (request: S3Request, signal: AbortSignal) => Promise<HostAnswer>;
};

const UPLOAD_MS = 10 * 60_000;
/** S3 keeps what was said of a part in this header; it is what `complete` names the part by. */
const ETAG = 'etag';

/**
 * S3 and what speaks like it. The bucket may stay private: networks get an address signed for some hours (AWS
 * Signature Version 4 in the query). Large files go in parts, each signed with the hash of its bytes.
 */
export function createS3Host(deps: S3Deps): HostAdapter {
  const s3: S3 = { call: (request, signal) => call(deps, request, signal) };
  return {
    put: (key, content, signal) =>
      content.bytes <= PART_BYTES ? putWhole(s3, key, content, signal) : putParts(s3, key, content, signal),
    url: async (key) => {
      const url = addressOf(deps.config, key);
      url.searchParams.set('X-Amz-Expires', String(deps.config.hours * 3_600));
      const signed = await signer(deps, { method: 'GET', url: url.href, signQuery: true }).sign();
      return signed.url.href;
    },
    remove: async (key, signal) => {
      const answer = await sendS3(deps, { key, method: 'DELETE' }, signal);
      if (answer.status !== 404) expectS3Success(answer);
      else if (codeOf(answer) === 'NoSuchBucket') throw new HostError('not_found', 'NoSuchBucket');
    },
  };
}

async function putWhole(s3: S3, key: string, content: HostContent, signal: AbortSignal): Promise<void> {
  const body = await content.read(0, content.bytes);
  const headers = { 'content-type': content.mime };
  await s3.call({ key, method: 'PUT', body, headers, timeoutMs: UPLOAD_MS }, signal);
}

async function putParts(s3: S3, key: string, content: HostContent, signal: AbortSignal): Promise<void> {
  const headers = { 'content-type': content.mime };
  const begun = await s3.call({ key, method: 'POST', query: { uploads: '' }, headers }, signal);
  const uploadId = /<UploadId>([^<]+)<\/UploadId>/.exec(textOf(begun))?.[1];
  if (!uploadId) throw new HostError('unexpected', 'no upload id');
  try {
    const tags: string[] = [];
    for (let from = 0; from < content.bytes; from += PART_BYTES) {
      const body = await content.read(from, Math.min(PART_BYTES, content.bytes - from));
      const query = { partNumber: String(tags.length + 1), uploadId: unescaped(uploadId) };
      const answer = await s3.call({ key, method: 'PUT', query, body, timeoutMs: UPLOAD_MS }, signal);
      tags.push(answer.headers.get(ETAG) ?? '');
    }
    await complete(s3, key, unescaped(uploadId), tags, signal);
  } catch (error) {
    // Parts that belong to nothing are paid for until somebody removes them.
    await s3
      .call({ key, method: 'DELETE', query: { uploadId: unescaped(uploadId) } }, new AbortController().signal)
      .catch(() => undefined);
    throw error;
  }
}

async function complete(
  s3: S3,
  key: string,
  uploadId: string,
  tags: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const parts = tags.map(
    (tag, index) =>
      `<Part><PartNumber>${index + 1}</PartNumber><ETag>${tag.replaceAll('"', '&quot;')}</ETag></Part>`,
  );
  const body = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</CompleteMultipartUpload>`;
  const headers = { 'content-type': 'application/xml' };
  const answer = await s3.call(
    { key, method: 'POST', query: { uploadId }, body, headers, timeoutMs: UPLOAD_MS },
    signal,
  );
  // It may say 200 first and that it failed afterwards.
  const code = codeOf(answer);
  if (code) throw new HostError('unexpected', code);
}

async function call(deps: S3Deps, request: S3Request, signal: AbortSignal): Promise<HostAnswer> {
  const answer = await sendS3(deps, request, signal);
  expectS3Success(answer);
  return answer;
}

/** S3 sends those elsewhere that ask in the wrong region. */
async function sendS3(deps: S3Deps, request: S3Request, signal: AbortSignal): Promise<HostAnswer> {
  return send(deps, await signed(deps, request), signal).catch((error: unknown) => {
    throw error instanceof HostError && error.problem === 'redirected' ? new HostError('region') : error;
  });
}

async function signed(deps: S3Deps, request: S3Request): Promise<HostRequest> {
  const url = addressOf(deps.config, request.key);
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
  const hash = createHash('sha256')
    .update(request.body ?? '')
    .digest('hex');
  const headers = { ...request.headers, 'x-amz-content-sha256': hash };
  const made = await signer(deps, { method: request.method, url: url.href, headers }).sign();
  return {
    url: made.url.href,
    method: request.method,
    headers: Object.fromEntries(made.headers),
    ...(request.body !== undefined && { body: request.body }),
    ...(request.timeoutMs !== undefined && { timeoutMs: request.timeoutMs }),
  };
}

type Signing = {
  readonly method: string;
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly signQuery?: boolean;
};

const signer = ({ config, secretAccessKey, clock }: S3Deps, signing: Signing): AwsV4Signer =>
  new AwsV4Signer({
    ...signing,
    accessKeyId: config.accessKeyId,
    secretAccessKey,
    service: 's3',
    region: config.region,
    datetime: new Date(clock.now()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
  });

/** Where the object lies: the bucket in the path, or in front of the host's name. */
function addressOf({ endpoint, bucket, prefix, pathStyle }: S3Config, key: string): URL {
  if (pathStyle) return new URL(below(endpoint, bucket, prefix, key));
  const url = new URL(below(endpoint, prefix, key));
  url.hostname = `${bucket}.${url.hostname}`;
  return url;
}

const problems: Readonly<Record<string, MediaHostProblem>> = {
  InvalidAccessKeyId: 'sign_in',
  SignatureDoesNotMatch: 'sign_in',
  AccessDenied: 'permission',
  AllAccessDisabled: 'permission',
  NoSuchBucket: 'not_found',
  PermanentRedirect: 'region',
  AuthorizationHeaderMalformed: 'region',
  IllegalLocationConstraintException: 'region',
  RequestTimeTooSkewed: 'clock',
  EntityTooLarge: 'too_large',
  QuotaExceeded: 'full',
};

function expectS3Success(answer: HostAnswer): void {
  const byStatus = problemOf(answer.status);
  if (!byStatus) return;
  const code = codeOf(answer);
  const problem = (code && problems[code]) || (byStatus === 'redirected' ? 'region' : byStatus);
  throw new HostError(problem, code ?? `status ${answer.status}`);
}

const textOf = ({ bytes }: HostAnswer): string => Buffer.from(bytes).toString('utf8');
const codeOf = (answer: HostAnswer): string | undefined => /<Code>(\w+)<\/Code>/.exec(textOf(answer))?.[1];
const unescaped = (xml: string): string => xml.replaceAll('&amp;', '&').replaceAll('&quot;', '"');
