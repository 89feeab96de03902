import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type ServerAccount = {
  readonly did: string;
  readonly handle: string;
  readonly email: string;
  readonly password: string;
  readonly appPassword: string;
  readonly appPasswordWithoutChat: string;
};

export type BlueskyServer = {
  readonly pds: string;
  readonly plc: string;
  readonly appview: string;
  readonly chatDid: string;
  readonly pid: number;
  readonly accounts: Readonly<Record<'brand' | 'ana' | 'ben', ServerAccount>>;
  /** What start.mjs offers under `control`. */
  readonly control: <T = unknown>(action: string, input?: unknown) => Promise<T>;
  readonly close: () => Promise<void>;
};

/** Starts the real network of start.mjs in a process of its own and waits until it answers. */
export async function startBlueskyServer(): Promise<BlueskyServer> {
  const script = fileURLToPath(new URL('start.mjs', import.meta.url));
  const child = spawn(process.execPath, ['--no-deprecation', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = await Promise.race([firstJsonLine(child.stdout), ended.then(() => null)]);
  if (ready === null) throw new Error(`the Bluesky server ended with ${child.exitCode}`);
  return {
    ...ready,
    control: async (action, input) => {
      const answer = await fetch(`${ready.control}${action}`, {
        method: 'POST',
        body: JSON.stringify(input ?? {}),
      });
      if (!answer.ok) throw new Error(`${action}: ${await answer.text()}`);
      return (await answer.json()) as never;
    },
    close: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

type Ready = Omit<BlueskyServer, 'control' | 'close'> & { readonly control: string };

async function firstJsonLine(output: NodeJS.ReadableStream): Promise<Ready> {
  for await (const line of createInterface({ input: output }))
    if (line.startsWith('{')) return JSON.parse(line) as Ready;
  throw new Error('the Bluesky server said nothing');
}

type Ref = { readonly uri: string; readonly cid: string };

/** Another real account, acting through its own session. */
export async function personOn(server: BlueskyServer, account: ServerAccount) {
  const call = async <T>(
    nsid: string,
    input?: unknown,
    params = '',
    token = '',
    headers = {},
  ): Promise<T> => {
    const answer = await fetch(`${server.pds}/xrpc/${nsid}${params}`, {
      method: input === undefined ? 'GET' : 'POST',
      headers: {
        ...(input !== undefined && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(input !== undefined && { body: JSON.stringify(input) }),
    });
    if (!answer.ok) throw new Error(`${nsid}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const credentials = { identifier: account.handle, password: account.password };
  const { accessJwt } = await call<{ accessJwt: string }>('com.atproto.server.createSession', credentials);
  const create = (collection: string, record: object) =>
    call<Ref>(
      'com.atproto.repo.createRecord',
      {
        repo: account.did,
        collection,
        record: { $type: collection, createdAt: new Date().toISOString(), ...record },
      },
      '',
      accessJwt,
    );
  const get = <T>(nsid: string, params: string) => call<T>(nsid, undefined, params, accessJwt);
  const chat = { 'atproto-proxy': `${server.chatDid}#bsky_chat` };
  return {
    did: account.did,
    post: (text: string, more: object = {}) => create('app.bsky.feed.post', { text, ...more }),
    reply: (text: string, root: Ref, parent: Ref = root, more: object = {}) =>
      create('app.bsky.feed.post', { text, reply: { root, parent }, ...more }),
    like: (subject: Ref) => create('app.bsky.feed.like', { subject }),
    remove: (uri: string) => {
      const [, , repo, collection, rkey] = uri.split('/');
      return call('com.atproto.repo.deleteRecord', { repo, collection, rkey }, '', accessJwt);
    },
    get,
    /** Own posts of any account, straight from its repository, oldest first. */
    repo: async (did: string) => {
      const params = `?repo=${did}&collection=app.bsky.feed.post&limit=100&reverse=true`;
      const { records } = await get<{
        records: (Ref & { value: { text: string } & Record<string, unknown> })[];
      }>('com.atproto.repo.listRecords', params);
      return records;
    },
    message: async (to: string, text: string) => {
      const { convo } = await call<{ convo: { id: string } }>(
        'chat.bsky.convo.getConvoForMembers',
        undefined,
        `?members=${to}`,
        accessJwt,
        chat,
      );
      return call<{ id: string }>(
        'chat.bsky.convo.sendMessage',
        { convoId: convo.id, message: { text } },
        '',
        accessJwt,
        chat,
      );
    },
    messages: async (convoId: string) => {
      const { messages } = await call<{ messages: { text: string; sender: { did: string } }[] }>(
        'chat.bsky.convo.getMessages',
        undefined,
        `?convoId=${convoId}`,
        accessJwt,
        chat,
      );
      return messages;
    },
  };
}
export type Person = Awaited<ReturnType<typeof personOn>>;
