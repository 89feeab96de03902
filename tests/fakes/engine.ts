import { join } from 'node:path';
import {
  noDisclosure,
  approvalHash,
  type Approvable,
  type Disclosure,
  type PostContent,
} from '@shared/domain/content';
import { variantApprovals } from '@shared/domain/post-approval';
import { networkIds, type NetworkId } from '@shared/domain/network';
import type { AccountId, ConversationId, JobId, MessageId } from '@shared/domain/ids';
import type { AppEvent } from '@shared/ipc/events';
import type { Post } from '@shared/ipc/composer';
import type { Settings } from '@shared/ipc/settings';
import { createAccounts, type AccountRow } from '../../electron/main/db/repositories/accounts';
import { createAnswers } from '../../electron/main/db/repositories/answers';
import { createConversations } from '../../electron/main/db/repositories/conversations';
import { createDrafts } from '../../electron/main/db/repositories/drafts';
import { createInboxWriter } from '../../electron/main/db/repositories/inbox-writer';
import { createMediaRepository } from '../../electron/main/db/repositories/media';
import { createMessages } from '../../electron/main/db/repositories/messages';
import { createSuggestionRepository } from '../../electron/main/db/repositories/suggestions';
import { createEngine } from '../../electron/main/engine';
import { openDb, type Db } from '../../electron/main/db/open';
import type { AccountCtx, Network } from '../../electron/main/networks/network';
import type { Clock } from '../../electron/main/ports';
import { createImages } from '../../electron/main/services/media-images';
import createVideoWorker from '../../electron/main/services/media-video-worker?nodeWorker';
import { createVideos } from '../../electron/main/services/media-videos';
import createMediaWorker from '../../electron/main/services/media-worker?nodeWorker';
import { createMediaStore } from '../../electron/main/services/media-store';
import createTimetableWorker from '../../electron/main/scheduler/timetable?nodeWorker';
import { createHeadFile } from '../../electron/main/transparency/head-file';
import { createLogKeys } from '../../electron/main/transparency/keys';
import { createLog } from '../../electron/main/transparency/log';
import { createFakeNetwork } from './fake-network';
import { addAccount, incoming } from './inbox';
import { createManualClock, createPorts, createTempDir, type ManualClock } from './ports';

/** A manual clock whose wall time can be set apart from the time that passes. */
export type SettableClock = ManualClock & { readonly setWall: (byMs: number) => void };
export function createSettableClock(start?: number): SettableClock {
  const manual = createManualClock(start);
  let offset = 0;
  return { ...manual, now: () => manual.now() + offset, setWall: (by) => void (offset += by) };
}

const person = { userGesture: true } as const;
const settings: Settings = {
  theme: 'system',
  zone: 'Europe/Berlin',
  weekStartsOn: 1,
  railCollapsed: false,
  keepInTray: null,
  openAtLogin: false,
  missedPolicy: { kind: 'ask' },
  afterReply: 'stay',
  notifyNewMessages: true,
  allowPlainTextSecrets: false,
  disclosure: 'ask',
  loadPictures: true,
};

export type WorldOptions<N extends Network, C extends Clock> = {
  readonly network: N;
  readonly clock: C;
  readonly dir?: ReturnType<typeof createTempDir>;
};

/** The engine as the core wires it, on a real workspace file and a real log, with one network for all accounts. */
export function openWorld<N extends Network, C extends Clock>(options: WorldOptions<N, C>) {
  const { network, clock } = options;
  const dir = options.dir ?? createTempDir('candor-engine');
  const ports = createPorts(dir.path, { clock });
  const { log, secrets, system, paths } = ports;
  const db: Db = openDb({ file: join(dir.path, 'candor.db'), backupsDir: paths.backups, clock, log });
  const events: AppEvent[] = [];
  const accounts = createAccounts(db);
  const messages = createMessages(db);
  const conversations = createConversations(db);
  const replyDrafts = createDrafts(db);
  const suggestions = createSuggestionRepository(db);
  const transparency = createLog({
    db: db.raw,
    clock,
    app: ports.app,
    keys: createLogKeys({ file: join(dir.path, 'key.json'), secrets, log }),
    headFile: createHeadFile({ file: join(dir.path, 'head.bin'), secrets, log }),
    log,
  });
  const mediaRows = createMediaRepository(db);
  const media = createMediaStore({
    repository: mediaRows,
    images: createImages(createMediaWorker),
    videos: createVideos(createVideoWorker),
    paths,
    clock,
  });
  const contextOf = (account: AccountRow, signal: AbortSignal): AccountCtx => ({
    account: {
      id: account.id,
      remoteId: account.remoteId,
      handle: account.handle,
      serviceUrl: account.serviceUrl,
      capabilities: account.capabilities,
    },
    http: fetch,
    sockets: () => Promise.reject(new Error('no sockets here')),
    clock,
    signal,
    log,
    secrets: { read: () => ({}), replace: () => undefined },
    media: (id) => media.load(id, { maxBytes: 100_000, mime: ['image/jpeg'] }),
    file: () => Promise.reject(new Error('no files here')),
    mediaHost: null,
    onUse: () => undefined,
    onRate: (rate) =>
      accounts.putRate(account.id, {
        bucket: rate.bucket,
        max: rate.limit,
        remaining: rate.remaining,
        resetAt: rate.resetAt,
      }),
  });
  const engine = createEngine({
    db,
    clock,
    log,
    system,
    events: { emit: (event) => void events.push(event) },
    registry: Object.fromEntries(networkIds.map((id): [NetworkId, Network] => [id, network])) as Record<
      NetworkId,
      Network
    >,
    accounts,
    contexts: { open: (id, signal) => contextOf(accounts.require(id), signal) },
    conversations,
    messages,
    replyDrafts,
    answers: createAnswers(db),
    transparency,
    media,
    settings: { get: () => settings },
    drafts: suggestions,
    chooseFiles: () => Promise.resolve([]),
    hands: ports,
    maintenance: [],
    makeTimetableWorker: createTimetableWorker,
  });
  return {
    dir,
    db,
    engine,
    events,
    accounts,
    messages,
    conversations,
    replyDrafts,
    suggestions,
    transparency,
    media,
    mediaRows,
    network,
    clock,
    system,
    notifier: ports.notifier,
    log,
    settings,
    close: async (): Promise<void> => {
      await engine.stop();
      transparency.close();
      await media.close();
      db.close();
    },
  };
}
export type World = ReturnType<typeof openWorld>;

/** A world on a clock that stands still, with one account and the engine started. */
export function startWorld(override: Partial<AccountRow> = {}) {
  const network = createFakeNetwork();
  const clock = createSettableClock();
  const world = openWorld({ network, clock });
  const account = addAccount(world.db, override);
  world.engine.start();
  return { ...world, account, ...driver({ ...world, network, clock }, account.id) };
}
export type StartedWorld = ReturnType<typeof startWorld>;

/** The same file opened again, as after a restart. */
export function reopen(world: Pick<StartedWorld, 'dir' | 'network' | 'clock' | 'account'>) {
  const next = openWorld({ dir: world.dir, network: world.network, clock: world.clock });
  return {
    ...next,
    account: world.account,
    ...driver({ ...next, network: world.network, clock: world.clock }, world.account.id),
  };
}

/** What `composer.save` has to be told of an account where a person has chosen nothing for its network. */
export const nothingChosen = { options: {}, remind: false } as const;

/** What a person does, in the words of the bridge. */
export function driver(world: Omit<World, 'clock'> & { readonly clock: Clock }, accountId: AccountId) {
  const { engine, clock, db } = world;
  const { composer, replies } = engine.services;

  const receive = (
    key: string,
    text: string,
    at = clock.now(),
    type: 'comment' | 'dm' = 'comment',
  ): { conversationId: ConversationId; messageId: MessageId; remoteId: string } => {
    const item = incoming(key, text, at, {
      conversation: {
        remoteKey: key,
        type,
        ...(type === 'dm' && { other: { remoteId: 'did:ada', handle: 'ada.example', displayName: 'Ada' } }),
      },
    });
    const { network } = world.accounts.require(accountId);
    createInboxWriter(db).apply({ accountId, network, items: [item], now: clock.now(), historyBefore: 0 });
    const row = world.messages.findRemote(accountId, item.remoteId);
    if (!row) throw new Error('the message did not arrive');
    return { conversationId: row.conversationId, messageId: row.id, remoteId: item.remoteId };
  };

  const reply = async (
    conversationId: ConversationId,
    text: string,
    more: {
      parentId?: MessageId;
      markDone?: boolean;
      gesture?: boolean;
      private?: true;
      disclosure?: Disclosure;
    } = {},
  ): Promise<{ messageId: MessageId; jobId: JobId }> => {
    const content: Approvable = {
      kind: 'reply',
      accountId,
      conversationId,
      parentId: more.parentId,
      ...(more.private && { private: true }),
      text,
      disclosure: more.disclosure ?? noDisclosure,
    };
    const approvedHash = await approvalHash(content);
    return replies.reply(
      {
        id: conversationId,
        parentId: more.parentId,
        private: more.private,
        text,
        disclosure: content.disclosure,
        review: { openedMs: 4_000, focusedMs: 3_000 },
        approvedHash,
        markDone: more.markDone ?? false,
      },
      { userGesture: more.gesture ?? true },
    );
  };

  const compose = (segments: readonly string[], ids: readonly AccountId[] = [accountId]): Post => {
    const base: PostContent = { segments: segments.map((text) => ({ text, mediaIds: [] })) };
    return composer.create({ accountIds: [...ids], base });
  };
  const approvalsFor = (post: Post) =>
    variantApprovals(post, post.variants, (id) => world.accounts.get(id)?.capabilities);
  const schedule = async (post: Post, dueAt: number, zone = 'Europe/Berlin'): Promise<Post> =>
    composer.schedule({ id: post.id, dueAt, zone, approvals: await approvalsFor(post) }, person);
  const publishNow = async (post: Post): Promise<Post> =>
    composer.publishNow({ id: post.id, approvals: await approvalsFor(post) }, person);

  /** Lets time pass in steps, waiting for what runs after each. */
  const pass = async (ms: number, step = 1_000): Promise<void> => {
    if (!('advance' in clock)) throw new Error('this clock passes by itself');
    const manual = clock as unknown as ManualClock;
    await engine.idle();
    for (let left = ms; left > 0; left -= step) {
      manual.advance(Math.min(step, left));
      await engine.idle();
    }
  };
  const jobs = () => engine.services.outbox.list();
  const message = (id: MessageId) => {
    const row = world.messages.get(id);
    if (!row) throw new Error('no such message');
    return row;
  };
  const variant = (post: Post, index = 0) => {
    const found = composer.get({ id: post.id }).variants[index];
    if (!found) throw new Error('no such variant');
    return found;
  };
  const entries = (type: 'publish' | 'human.decision' | 'publish.reverted') =>
    world.transparency.entries({ types: [type] }).items;
  return {
    receive,
    reply,
    compose,
    approvalsFor,
    schedule,
    publishNow,
    pass,
    jobs,
    message,
    variant,
    entries,
    person,
  };
}
