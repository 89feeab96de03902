import { cpSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { approvalHash, noDisclosure, type Approvable, type PostContent } from '@shared/domain/content';
import type { PostOptions } from '@shared/domain/network';
import { variantApprovals } from '@shared/domain/post-approval';
import type { AccountView } from '@shared/ipc/accounts';
import type { Post } from '@shared/ipc/composer';
import type { Input, MethodName, Output } from '@shared/ipc/contract';
import type { ConversationRow } from '@shared/ipc/inbox';
import { createCore } from '../../electron/main/core';
import type { Clock, Http, SecretStore } from '../../electron/main/ports';
import { createAllowingPages } from './allowing-pages';
import { createPaths, createPorts, createSecretStore, createTempDir } from './ports';
import type { StandIn } from './stand-ins';
import { until } from './until';

/** The machine's clock, set forward by hand; `jump` sets the wall clock alone, as a person does. */
export type ForwardClock = Clock & {
  readonly pass: (ms: number) => void;
  readonly jump: (ms: number) => void;
};
export function createForwardClock(): ForwardClock {
  type Timer = { readonly at: number; readonly fn: () => void; handle?: NodeJS.Timeout };
  let [passed, jumped] = [0, 0];
  const timers = new Set<Timer>();
  const monotonic = (): number => performance.now() + passed;
  const arm = (timer: Timer): void => {
    clearTimeout(timer.handle);
    const fire = (): void => {
      timers.delete(timer);
      timer.fn();
    };
    timer.handle = setTimeout(fire, Math.max(0, timer.at - monotonic()));
  };
  return {
    now: () => Date.now() + passed + jumped,
    monotonic,
    after: (ms, fn) => {
      const timer: Timer = { at: monotonic() + ms, fn };
      timers.add(timer);
      arm(timer);
      return () => {
        timers.delete(timer);
        clearTimeout(timer.handle);
      };
    },
    pass: (ms) => {
      passed += ms;
      timers.forEach(arm);
    },
    jump: (ms) => void (jumped += ms),
  };
}

export type AppOptions = {
  readonly standIns: readonly StandIn[];
  readonly dir?: ReturnType<typeof createTempDir>;
  readonly secrets?: SecretStore;
  readonly http?: Http;
  readonly clock?: ForwardClock;
};
export type App = Awaited<ReturnType<typeof startApp>>;
type Draft = PostContent & { readonly options?: PostOptions };

/** The whole core in plain Node on a folder of its own, in front of stand-ins of networks. */
export async function startApp({ standIns, ...options }: AppOptions) {
  const dir = options.dir ?? createTempDir('candor-app');
  const secrets = options.secrets ?? createSecretStore();
  const clock = options.clock ?? createForwardClock();
  const power = new AbortController();
  let underWay = 0;
  const http: Http = async (input, init) => {
    if (power.signal.aborted) return unplugged(init?.signal);
    const counts = LASTING.test(input instanceof Request ? input.url : String(input)) ? 0 : 1;
    underWay += counts;
    try {
      return await (options.http ?? fetch)(input, init);
    } finally {
      underWay -= counts;
    }
  };
  const endpoints = Object.fromEntries(
    standIns.flatMap(({ id, endpoints: at }) => (at ? [[id, at] as const] : [])),
  );
  const ports = createPorts(dir.path, {
    clock,
    secrets,
    http,
    endpoints,
    signIn: createAllowingPages(),
  });
  const core = createCore(ports);
  await core.start();
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= core.stop());

  const ask = async <Name extends MethodName>(method: Name, input: Input<Name>): Promise<Output<Name>> => {
    const stream = `s-${Math.random()}`;
    const answer = await core.invoke({ method, input, stream }, { userGesture: true }, () => undefined);
    if (!answer.ok)
      throw Object.assign(new Error(`${method}: ${JSON.stringify(answer.error)}`), { info: answer.error });
    return answer.value as Output<Name>;
  };

  /** Connects the account of a stand-in and waits for its first sync. */
  const connect = async (standIn: StandIn): Promise<AccountView> => {
    const result = await ask('accounts.connect', { network: standIn.id, ...standIn.signIn });
    const found =
      result.state === 'connected'
        ? result.accounts
        : await ask('accounts.choose', { token: result.token, remoteIds: [standIn.remoteId ?? ''] });
    const [account] = found;
    if (!account) throw new Error('nothing was connected');
    await ask('accounts.sync', { accountId: account.id });
    return view(account.id);
  };
  const view = async (id: AccountView['id']): Promise<AccountView> => {
    const found = (await ask('accounts.list', {})).find((account) => account.id === id);
    if (!found) throw new Error('the account is gone');
    return found;
  };
  const conversations = async (accountId: AccountView['id']): Promise<readonly ConversationRow[]> =>
    (await ask('inbox.list', { filter: { view: 'open', accountIds: [accountId] }, limit: 200 })).items;
  /** Every message of the account's open conversations, as the window gets them. */
  const messages = async (accountId: AccountView['id']) => {
    const rows = await conversations(accountId);
    const views = await Promise.all(rows.map(({ id }) => ask('inbox.conversation', { id })));
    return views.flatMap((one) => one.messages);
  };

  const reply = async (row: ConversationRow, text: string) => {
    const { messages: all } = await ask('inbox.conversation', { id: row.id });
    const parentId = all.findLast(({ direction }) => direction === 'incoming')?.id;
    const content: Approvable = {
      kind: 'reply',
      accountId: row.accountId,
      conversationId: row.id,
      parentId,
      text,
      disclosure: noDisclosure,
    };
    return ask('inbox.reply', {
      id: row.id,
      parentId,
      text,
      disclosure: noDisclosure,
      review: { openedMs: 4_000, focusedMs: 3_000 },
      approvedHash: await approvalHash(content),
    });
  };
  const addMedia = async (name: string, bytes: Uint8Array<ArrayBuffer>) => {
    const [media] = await ask('composer.addMedia', { source: { kind: 'bytes', name, bytes } });
    if (!media) throw new Error('the file was not taken');
    return media;
  };
  /** Composes a post for one account, approves it as a person would, and lets it leave now. */
  const publish = async (
    { id, capabilities }: AccountView,
    { options: values, ...base }: Draft,
  ): Promise<Post> => {
    const made = await ask('composer.create', { accountIds: [id], base });
    const variants = [{ accountId: id, override: null, ...(values && { options: values }) }];
    const post = await ask('composer.save', { id: made.id, base, variants });
    const approvals = await variantApprovals(post, post.variants, () => capabilities);
    return ask('composer.publishNow', { id: post.id, approvals });
  };
  const variant = async (post: Post) => {
    const [found] = (await ask('composer.get', { id: post.id })).variants;
    if (!found) throw new Error('the post has no variant');
    return found;
  };
  /** Lets time pass between requests, never during one: none takes longer for it. */
  const pass = async (ms: number): Promise<void> => {
    await until(() => underWay === 0 || power.signal.aborted);
    clock.pass(ms);
  };
  /** Lets time pass in steps until something is so. */
  const passUntil = (holds: () => boolean | Promise<boolean>, stepMs = 5_000): Promise<void> =>
    until(async () => {
      if (await holds()) return true;
      await pass(stepMs);
      return false;
    }, 15_000);

  return {
    dir,
    ports,
    clock,
    core,
    ask,
    connect,
    view,
    conversations,
    messages,
    reply,
    addMedia,
    publish,
    variant,
    pass,
    passUntil,
    /** What became of the post, once nothing more happens to it by itself. */
    settled: async (post: Post, stepMs?: number) => {
      await passUntil(async () => SETTLED.includes((await variant(post)).state), stepMs);
      return variant(post);
    },
    /** The rows as they lie on the disk. */
    rows: <T>(sql: string): readonly T[] => {
      const file = new Database(join(createPaths(dir.path).data, 'workspace.sqlite'), { readonly: true });
      try {
        return file.prepare<[], T>(sql).all();
      } finally {
        file.close();
      }
    },
    /**
     * What `kill -9` leaves: the files as they lie on the disk at this moment, and nothing of what the program still
     * wanted to do reaches a network. Gives what a start on them needs.
     */
    kill: (): Required<Pick<AppOptions, 'dir' | 'secrets' | 'clock'>> => {
      power.abort();
      const left = createTempDir('candor-left');
      cpSync(dir.path, left.path, { recursive: true });
      return { dir: left, secrets, clock };
    },
    stop,
    close: async (): Promise<void> => {
      await stop();
      dir.remove();
    },
  };
}

/** Requests that are held open by design. */
const LASTING = /\/getUpdates|\/streaming\//;
const SETTLED: readonly string[] = ['published', 'failed', 'needs_check', 'missed'];

/** A request that is never answered; ends with whoever made it. */
export const unplugged = (signal?: AbortSignal | null): Promise<never> =>
  new Promise((_, reject) => {
    const end = (): void => reject(new DOMException('The operation was aborted.', 'AbortError'));
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end, { once: true });
  });
