/**
 * The PDS of the network: the real server, which can be stopped and started again with its data, and made to
 * break off in the middle of a write.
 */
import { createHmac } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const JWT_SECRET = 'jwt-secret';
const PASSWORD = 'correct horse battery';

export function createPdsHost({ TestPds, mockNetworkUtilities, bsky, plcUrl, port, dataFolder }) {
  const url = `http://127.0.0.1:${port}`;
  const dataDirectory = join(dataFolder, 'pds');
  mkdirSync(dataDirectory, { recursive: true });
  let pds = null;
  let breakNext = null;
  let stopped = Promise.resolve();
  const sockets = new Set();

  const start = async () => {
    await stopped;
    if (pds) return;
    const bskyUrl = `http://127.0.0.1:${bsky.port}`;
    pds = await TestPds.create({
      port,
      didPlcUrl: plcUrl,
      bskyAppViewUrl: bsky.url,
      bskyAppViewDid: bsky.ctx.cfg.serverDid,
      bskyAppViewCdnUrlPattern: `${bskyUrl}/img/%s/plain/%s/%s`,
      rateLimitsEnabled: true,
      dataDirectory,
      blobstoreDiskLocation: join(dataFolder, 'blobs'),
    });
    mockNetworkUtilities(pds, bsky);
    pds.server.server.prependListener('request', interrupt);
    pds.server.server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
  };

  /** Breaks every connection at once, as a power cut would; what is committed stays on disk. */
  const stop = () => {
    const running = pds;
    pds = null;
    if (running) {
      for (const socket of sockets) socket.destroy();
      stopped = running.close();
    }
    return stopped;
  };

  /** `before`: the request is lost before the PDS sees it. `after`: the PDS commits, its answer is lost. */
  const interrupt = (request, response) => {
    if (!breakNext || !request.url.startsWith(`/xrpc/${breakNext.nsid}`)) return;
    const { when, thenStop } = breakNext;
    breakNext = null;
    const cut = () => {
      request.socket.destroy();
      if (thenStop) setImmediate(() => void stop());
    };
    if (when === 'before') {
      request.url = '/interrupted';
      cut();
      return;
    }
    response.writeHead = () => response;
    response.write = () => true;
    response.end = () => {
      cut();
      return response;
    };
  };

  return {
    url,
    start,
    stop,
    breakNextWrite: (plan) => {
      breakNext = plan;
    },
    /** The number of the last event that the PDS has written. */
    lastEvent: async () => (await pds?.ctx.sequencer.curr()) ?? 0,
    createAccount: async (handle) => createAccount(url, handle),
    expiredToken: (did) => expiredToken(did, pds.ctx.cfg.service.did),
  };
}

async function createAccount(url, handle) {
  const email = `${handle.split('.')[0]}@candor.test`;
  const session = await xrpc(url, 'com.atproto.server.createAccount', { handle, email, password: PASSWORD });
  const appPassword = (name, privileged) =>
    xrpc(url, 'com.atproto.server.createAppPassword', { name, privileged }, session.accessJwt);
  const withChat = await appPassword('with messages', true);
  const withoutChat = await appPassword('without messages', false);
  return {
    did: session.did,
    handle,
    email,
    password: PASSWORD,
    appPassword: withChat.password,
    appPasswordWithoutChat: withoutChat.password,
  };
}

async function xrpc(url, nsid, body, token) {
  const answer = await fetch(`${url}/xrpc/${nsid}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${nsid}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** An access token as this PDS makes them, two hours after its end. */
function expiredToken(did, audience) {
  const now = Math.floor(Date.now() / 1000);
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = part({ typ: 'at+jwt', alg: 'HS256' });
  const claims = {
    scope: 'com.atproto.appPassPrivileged',
    sub: did,
    aud: audience,
    iat: now - 14_400,
    exp: now - 7_200,
  };
  const signed = `${head}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', JWT_SECRET).update(signed).digest('base64url')}`;
}
