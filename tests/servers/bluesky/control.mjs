/** What a test may do to the network, over HTTP, because the tests of the window run in another process. */
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

export async function startControl({ host, bsky }) {
  const actions = {
    '/stop': () => host.stop(),
    '/start': () => host.start(),
    '/break-next-write': (plan) => host.breakNextWrite(plan),
    '/account': ({ handle }) => host.createAccount(handle),
    '/expired-token': ({ did }) => ({ token: host.expiredToken(did) }),
    /** The AppView has seen everything that the PDS had written. */
    '/settle': () => settle(host, bsky),
  };
  const server = createServer((request, response) => {
    void answer(actions[request.url], request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}`;
}

const SETTLE_MS = 20_000;

/** The AppView may say that it is done before the PDS has told it of the last event: its place is what counts. */
async function settle(host, bsky) {
  const last = await host.lastEvent();
  const deadline = Date.now() + SETTLE_MS;
  while (Date.now() < deadline) {
    await bsky.sub.processAll();
    if ((bsky.sub.runner.getCursor() ?? 0) >= last) return;
    await pause(5);
  }
  throw new Error(`the AppView has not come to event ${last}`);
}

async function answer(action, request) {
  if (!action || request.method !== 'POST') return { status: 404, body: { error: 'no such action' } };
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const input = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString('utf8')) : {};
    return { status: 200, body: (await action(input)) ?? {} };
  } catch (error) {
    return { status: 500, body: { error: String(error.stack ?? error) } };
  }
}
