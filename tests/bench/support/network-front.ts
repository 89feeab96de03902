import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StandIn } from '../../fakes/stand-ins';

/**
 * Many accounts on one network. A stand-in knows one account; this stands before several of them, sends each request
 * to the one whose token it carries, and gives their accounts different names on the way.
 */
export type NetworkFront = {
  readonly endpoints: Readonly<Record<string, string>> | undefined;
  readonly url: string;
  readonly signIns: readonly StandIn['signIn'][];
  /** Whose sign-in is under way: requests without a token that is known go there. */
  readonly setCurrent: (index: number) => void;
  readonly nameOf: (index: number, text: string) => string;
  /** Requests so far, and how many of them were refused because there were too many. */
  readonly counts: () => { readonly calls: number; readonly refused: number };
};

const TOO_MANY = /rate.?limit|limit reached|too many (?:calls|requests)|quotaExceeded/i;
const TEXT = /json|urlencoded|html/;
const TOKENS = /"(?:access_token|refresh_token)":"([^"]+)"/g;

export async function startNetworkFront(standIns: readonly StandIn[]): Promise<NetworkFront> {
  const tokens = new Map<string, number>();
  /** Two stand-ins may give out the same token: here every account has one of its own. */
  const trueToken = new Map<string, string>();
  const signIns = standIns.map(({ signIn: { method, fields } }, index) => {
    const { token } = fields;
    if (token === undefined) return { method, fields };
    const own = tokens.has(token) ? `${token}${index}` : token;
    tokens.set(own, index);
    trueToken.set(own, token);
    return { method, fields: { ...fields, token: own } };
  });
  let url = '';
  let current = 0;
  let [calls, refused] = [0, 0];

  const swap = (text: string, pairs: readonly (readonly [string, string])[]): string =>
    pairs.reduce((all, [from, to]) => all.replace(new RegExp(`(?<!\\d)${from}(?!\\d)`, 'g'), to), text);
  const pairsOf = (index: number) =>
    (standIns[index]?.own ?? []).map((own) => {
      const id = own.replace('-', '');
      return [id, `${id.slice(0, -4)}${11 + index}${id.slice(-2)}`] as const;
    });
  const pairs = standIns.map((_, index) => pairsOf(index));
  const nameOf = (index: number, text: string): string => swap(text, pairs[index] ?? []);
  const trueName = (index: number, text: string): string =>
    swap(
      text,
      (pairs[index] ?? []).map(([from, to]) => [to, from] as const),
    );
  /** The longest that fits: one may be the beginning of another. */
  const tokenIn = (text: string): string | undefined =>
    [...tokens.keys()].filter((token) => text.includes(token)).sort((a, b) => b.length - a.length)[0];

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    calls += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const isText = TEXT.test(request.headers['content-type'] ?? '');
    const path = request.url ?? '/';
    const { authorization = '' } = request.headers;
    const token = tokenIn(`${path} ${authorization} ${isText ? raw.toString() : ''}`);
    const index = token === undefined ? current : (tokens.get(token) ?? current);
    const inside = (text: string): string =>
      trueName(index, token === undefined ? text : text.replaceAll(token, trueToken.get(token) ?? token));
    const standIn = standIns[index];
    if (!standIn) throw new Error('no such account');
    const left = new AbortController();
    response.once('close', () => left.abort());
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
    const got = await fetch(`${standIn.url}${inside(path)}`, {
      method: request.method ?? 'GET',
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          name === 'authorization' ? inside(String(value)) : String(value),
        ]),
      ),
      ...(raw.length > 0 && { body: isText ? inside(raw.toString()) : raw }),
      redirect: 'manual',
      signal: left.signal,
    });
    const shown = (text: string): string => nameOf(index, text.replaceAll(standIn.url, url));
    const back = [...got.headers].filter(
      ([name]) => !/^(content-length|connection|keep-alive|transfer-encoding)$/.test(name),
    );
    response.writeHead(
      got.status,
      back.map(([name, value]) => [name, shown(value)] as [string, string]),
    );
    if (got.headers.get('content-type')?.startsWith('text/event-stream')) {
      response.flushHeaders();
      for await (const part of got.body ?? [])
        response.write(shown(Buffer.from(part as Uint8Array).toString()));
      return void response.end();
    }
    const text = await got.text();
    for (const [, token = ''] of text.matchAll(TOKENS)) tokens.set(token, index);
    if (got.status === 429 || (got.status >= 400 && TOO_MANY.test(text))) refused += 1;
    response.end(shown(text));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [first] = standIns;
  const endpoints =
    first?.endpoints &&
    Object.fromEntries(
      Object.entries(first.endpoints).map(([name, at]) => [name, at.replace(first.url, url)]),
    );
  return {
    endpoints,
    url,
    signIns,
    setCurrent: (index) => void (current = index),
    nameOf,
    counts: () => ({ calls, refused }),
  };
}
