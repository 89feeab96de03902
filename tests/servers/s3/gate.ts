import { createHash, createHmac } from 'node:crypto';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Refuses what is not signed right (AWS Signature Version 4, in the header or in the address), before the server
 * behind it, which checks dates and keys' names only. Signatures are made again with Amazon's own library.
 */
export type Gate = { readonly port: number; readonly close: () => Promise<void> };

type Request = {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Record<string, string>;
};
type Signer = {
  readonly sign: (request: Request, options: object) => Promise<Request>;
  readonly presign: (request: Request, options: object) => Promise<Request>;
};
/** What the library exports, as far as it is used here. */
export type SigningLibrary = {
  readonly SignatureV4: new (options: object) => Signer;
};
type Options = {
  readonly behind: number;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly library: SigningLibrary;
};

class Refused extends Error {
  readonly status: number;
  constructor(status: number, code: string) {
    super(code);
    this.status = status;
  }
}

/** The hash that the library asks for; with a secret it is an HMAC. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | Uint8Array) {
    if (secret === undefined) this.#hash = createHash('sha256');
    else this.#hash = createHmac('sha256', typeof secret === 'string' ? secret : new Uint8Array(secret));
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }
}

export async function startGate(options: Options): Promise<Gate> {
  const server = createServer((incoming, response) => {
    void serve(options, incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(options: Options, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  try {
    await check(options, incoming, body);
  } catch (error) {
    const { status, message } = error instanceof Refused ? error : { status: 500, message: String(error) };
    response
      .writeHead(status, { 'content-type': 'application/xml' })
      .end(`<?xml version="1.0"?><Error><Code>${message}</Code></Error>`);
    return;
  }
  const { method, url: path, headers } = incoming;
  const onward = forward({ host: '127.0.0.1', port: options.behind, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.writeHead(502).end());
  onward.end(body);
}

async function check(options: Options, incoming: IncomingMessage, body: Buffer): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://gate');
  const query = Object.fromEntries(url.searchParams);
  const authorization = incoming.headers.authorization ?? '';
  const fromHeader = /Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)/.exec(authorization);
  const { 'X-Amz-Signature': inQuery, ...rest } = query;
  const given = fromHeader?.[3] ?? inQuery;
  if (given === undefined) throw new Refused(403, 'AccessDenied');
  const scope = (fromHeader?.[1] ?? rest['X-Amz-Credential'] ?? '').split('/');
  if (scope[0] !== options.accessKeyId) throw new Refused(403, 'InvalidAccessKeyId');
  if (scope[2] !== options.region) throw new Refused(400, 'AuthorizationHeaderMalformed');
  const signedHeaders = (fromHeader?.[2] ?? rest['X-Amz-SignedHeaders'] ?? '').split(';');
  const headers = Object.fromEntries(signedHeaders.map((name) => [name, String(incoming.headers[name])]));
  const request: Request = {
    method: incoming.method ?? 'GET',
    protocol: 'http:',
    hostname: String(incoming.headers.host),
    path: url.pathname,
    query: fromHeader ? query : rest,
    headers,
  };
  const expected = fromHeader
    ? await headerSignature(options, request)
    : await querySignature(options, request);
  if (expected !== given) throw new Refused(403, 'SignatureDoesNotMatch');
  const hash = headers['x-amz-content-sha256'];
  if (fromHeader && hash !== createHash('sha256').update(body).digest('hex'))
    throw new Refused(400, 'XAmzContentSHA256Mismatch');
}

const signer = ({ library, region, accessKeyId, secretAccessKey }: Options): Signer =>
  new library.SignatureV4({
    service: 's3',
    region,
    credentials: { accessKeyId, secretAccessKey },
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });

const dateOf = (long: string | undefined): Date =>
  new Date(String(long).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

async function headerSignature(options: Options, request: Request): Promise<string | undefined> {
  const signed = await signer(options).sign(request, { signingDate: dateOf(request.headers['x-amz-date']) });
  return /Signature=(\w+)/.exec(signed.headers['authorization'] ?? '')?.[1];
}

async function querySignature(options: Options, request: Request): Promise<string | undefined> {
  const PAYLOAD = 'x-amz-content-sha256';
  const query = Object.fromEntries(
    Object.entries(request.query).filter(([name]) => !name.startsWith('X-Amz-')),
  );
  const presigned = await signer(options).presign(
    { ...request, query, headers: { ...request.headers, [PAYLOAD]: 'UNSIGNED-PAYLOAD' } },
    {
      signingDate: dateOf(request.query['X-Amz-Date']),
      expiresIn: Number(request.query['X-Amz-Expires']),
      unhoistableHeaders: new Set([PAYLOAD]),
      unsignableHeaders: new Set([PAYLOAD]),
    },
  );
  return presigned.query['X-Amz-Signature'];
}
