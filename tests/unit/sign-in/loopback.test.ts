import { request, type IncomingHttpHeaders } from 'node:http';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { redirectPath } from '@shared/domain/oauth-redirect';
import {
  listenForAnswer,
  type Loopback,
  type LoopbackHost,
} from '../../../electron/main/services/sign-in/loopback';

const STATE = 'state-of-this-sign-in';
const open: (() => void)[] = [];
afterEach(() => open.splice(0).forEach((close) => close()));

const listen = async (host: LoopbackHost = '127.0.0.1'): Promise<Loopback> => {
  const back = await listenForAnswer(host, STATE, [0]);
  open.push(back.close);
  return back;
};
const answerOf = (back: Loopback, query: Readonly<Record<string, string>>): string =>
  `${back.redirectUri}?${new URLSearchParams(query).toString()}`;
const good = (back: Loopback): string => answerOf(back, { code: 'the-code', state: STATE });

type Seen = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string };
/** As a browser asks, or as somebody else does who sets the method, the name of the host and the address. */
const ask = (
  url: string,
  options: { method?: string; host?: string; address?: string; body?: string } = {},
): Promise<Seen> =>
  new Promise((resolve, reject) => {
    const to = new URL(url);
    const sent = request(
      {
        hostname: options.address ?? to.hostname,
        port: to.port,
        path: `${to.pathname}${to.search}`,
        method: options.method ?? 'GET',
        agent: false,
        headers: { host: options.host ?? to.host },
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part: string) => (body += part));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(options.body);
  });
const isWaiting = async (back: Loopback): Promise<boolean> => {
  let settled = false;
  const settle = (): void => void (settled = true);
  back.code.then(settle, settle);
  await nextTurn();
  return !settled;
};
const hold = (host: string, port = 0): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port }, () => resolve(server));
    open.push(() => server.close());
  });
const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.address === '::1');

describe('the listener for the way back of a sign-in', () => {
  it('gives the code of the answer, says that the page can be closed, and is closed itself', async () => {
    const back = await listen();
    const page = await ask(good(back));
    expect(await back.code).toBe('the-code');
    expect(page).toMatchObject({ status: 200 });
    expect(page.body).toContain('You can close this page and return to Candor.');
    await expect(ask(good(back))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('answers with a page that runs, loads and passes on nothing, and repeats nothing of the address', async () => {
    const back = await listen();
    const page = await ask(good(back));
    expect(page.headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'none'/),
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(page.body).not.toMatch(/<script|<img|<link|the-code|state-of/);
  });

  it.each([
    ['another state', { code: 'stolen', state: 'state-of-another-sign-in' }],
    ['no state', { code: 'stolen' }],
    ['a state that only begins like it', { code: 'stolen', state: STATE.slice(0, -1) }],
    ['no code', { state: STATE }],
    ['an empty code', { code: '', state: STATE }],
    ['a code of absurd length', { code: 'x'.repeat(4_097), state: STATE }],
    ['a refusal with another state', { error: 'access_denied', state: 'other' }],
  ])('refuses an answer with %s and goes on waiting for the right one', async (_, query) => {
    const back = await listen();
    const page = await ask(answerOf(back, query));
    expect(page.status).toBe(400);
    expect(page.body).toContain('does not belong to a sign-in');
    expect(await isWaiting(back)).toBe(true);
    await ask(good(back));
    expect(await back.code).toBe('the-code');
  });

  it('refuses an answer in which a parameter comes twice', async () => {
    const back = await listen();
    expect((await ask(`${good(back)}&code=second`)).status).toBe(400);
    expect((await ask(`${good(back)}&state=${STATE}`)).status).toBe(400);
    expect(await isWaiting(back)).toBe(true);
  });

  it('answers another path with 404 and another method with 405, whatever they carry', async () => {
    const back = await listen();
    const other = good(back).replace(redirectPath, '/favicon.ico');
    expect((await ask(other)).status).toBe(404);
    expect((await ask(good(back).replace(redirectPath, `${redirectPath}/more`))).status).toBe(404);
    for (const method of ['POST', 'PUT', 'HEAD', 'OPTIONS'])
      expect((await ask(good(back), { method })).status).toBe(405);
    expect(await isWaiting(back)).toBe(true);
  });

  it('hears only those who call it by its own name', async () => {
    const back = await listen();
    for (const host of ['attacker.example', 'localhost:1', new URL(back.redirectUri).hostname])
      expect((await ask(good(back), { host })).status).toBe(400);
    expect(await isWaiting(back)).toBe(true);
  });

  it('refuses a request that is too large, and goes on waiting', async () => {
    const back = await listen();
    expect((await ask(`${good(back)}&x=${'x'.repeat(20_000)}`)).status).toBe(431);
    const sent = ask(good(back), { method: 'POST', body: 'x'.repeat(5_000_000) }).catch(() => undefined);
    await sent;
    expect(await isWaiting(back)).toBe(true);
    await ask(good(back));
    expect(await back.code).toBe('the-code');
  });

  it('survives what is not HTTP at all', async () => {
    const back = await listen();
    const port = Number(new URL(back.redirectUri).port);
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('\x16\x03\x01nonsense\r\n\r\n'));
      socket.on('error', () => undefined).resume();
      socket.on('close', () => resolve());
    });
    await ask(good(back));
    expect(await back.code).toBe('the-code');
  });

  it('takes one answer only, when two arrive at once', async () => {
    const back = await listen();
    const both = [good(back), answerOf(back, { code: 'second', state: STATE })];
    const answers = await Promise.allSettled(both.map((url) => ask(url)));
    const taken = answers.filter((each) => each.status === 'fulfilled' && each.value.status === 200);
    expect(taken).toHaveLength(1);
    expect(['the-code', 'second']).toContain(await back.code);
  });

  it.each([
    ['access_denied', { kind: 'cancelled', params: { signIn: 'denied' } }],
    ['user_cancelled_authorize', { kind: 'cancelled', params: { signIn: 'denied' } }],
    ['invalid_scope', { kind: 'permission', params: { signIn: 'refused' } }],
    ['temporarily_unavailable', { kind: 'server', params: { signIn: 'refused' } }],
  ])('ends with what the network says: %s', async (error, info) => {
    const back = await listen();
    const description = `Scope <b>x</b>\r\nis not allowed ${STATE}`;
    const page = await ask(answerOf(back, { error, error_description: description, state: STATE }));
    expect(page.status).toBe(200);
    const said = await back.code.catch((thrown: unknown) => thrown as { info: { detail: string } });
    expect(said).toMatchObject({ info });
    expect(JSON.stringify(said)).not.toContain(STATE);
    await expect(ask(good(back))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('takes the first port that is free, and names all of them when none is', async () => {
    const [first, second] = [await hold('127.0.0.1'), await hold('127.0.0.1')];
    const free = portOf(second);
    await new Promise((resolve) => second.close(resolve));
    const back = await listenForAnswer('127.0.0.1', STATE, [portOf(first), free]);
    open.push(back.close);
    expect(new URL(back.redirectUri).port).toBe(String(free));
    await expect(listenForAnswer('127.0.0.1', STATE, [portOf(first)])).rejects.toMatchObject({
      info: { kind: 'conflict', params: { signIn: 'ports', ports: String(portOf(first)) } },
    });
  });

  it('listens on no address but the loopback', async () => {
    const back = await listen('localhost');
    const outside = Object.values(networkInterfaces())
      .flat()
      .filter((each) => each && !each.internal && each.family === 'IPv4')
      .map((each) => each!.address);
    for (const address of outside)
      await expect(ask(good(back), { address })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await isWaiting(back)).toBe(true);
  });

  it('under the name localhost hears both addresses of this device', async () => {
    const back = await listen('localhost');
    expect(back.redirectUri).toMatch(/^http:\/\/localhost:\d+\//);
    await ask(good(back), { address: hasIpv6 ? '::1' : '127.0.0.1' });
    expect(await back.code).toBe('the-code');
  });

  it.runIf(hasIpv6)('does not use a port of which another program holds the other half', async () => {
    const other = await hold('::1');
    await expect(listenForAnswer('localhost', STATE, [portOf(other)])).rejects.toMatchObject({
      info: { kind: 'conflict' },
    });
    await expect(hold('127.0.0.1', portOf(other))).resolves.toBeDefined();
  });

  it('closes at once when it is told to', async () => {
    const back = await listen();
    back.close();
    await expect(ask(good(back))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await isWaiting(back)).toBe(true);
  });
});
