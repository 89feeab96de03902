import { join } from 'node:path';
import { AppError, toErrorInfo } from '@shared/domain/errors';
import type { MediaId } from '@shared/domain/ids';
import type { MethodName, Output, ParsedInput, StreamingName } from '@shared/ipc/contract';
import { settingsView, type AppState } from '@shared/ipc/settings';
import { promptCatalogue } from './ai/prompt-catalogue';
import { composeAi } from './compose/ai';
import { composeInbox } from './compose/inbox';
import { composeMedia, composeOutgoing } from './compose/outgoing';
import { composeMediaHosts } from './compose/media-host';
import { composePictures } from './compose/pictures';
import { composeTransparency, composeTransparencyService } from './compose/transparency';
import { createRepositories, openWorkspace } from './compose/workspace';
import type { AccountRow } from './db/repositories/accounts';
import { createEvents, type Events } from './ipc/events';
import { createHandlers } from './ipc/handlers';
import { createRouter, type Router } from './ipc/router';
import { createRegistry } from './networks/registry';
import type { Ports } from './ports';
import { createAppStateService } from './services/app-state';
import { createBackupsService } from './services/backups';
import { createConfigLog, type ConfigLog } from './services/config-log';
import { createFreshNotice } from './services/fresh-notice';
import { createReadMarks } from './services/read-marks';
import type { RemotePictures } from './services/remote-pictures';
import { createSettingsService } from './services/settings';

/** What the shell, a test or the command line gets: one door in, events out, and an orderly beginning and end. */
export type Core = {
  readonly invoke: Router['invoke'];
  /** A call from this side of the door, by a person's hand on the menu or the tray. */
  readonly call: <Name extends Exclude<MethodName, StreamingName>>(
    name: Name,
    input: ParsedInput<Name>,
  ) => Promise<Output<Name>>;
  readonly events: Events;
  readonly mediaFile: (id: string) => Promise<{ readonly path: string; readonly mime: string } | undefined>;
  /** What `app://remote/<id>` shows; fetched when it is not here yet. */
  readonly remotePicture: RemotePictures['file'];
  /** What the person sees of the window: networks are asked more often while they look, notified when they do not. */
  readonly setWindowState: (state: { readonly visible: boolean; readonly focused: boolean }) => void;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** The composition root: everything the app consists of, in the order in which it depends on each other. */
export function createCore(ports: Ports): Core {
  const { clock, log, paths, secrets, shell, system } = ports;
  const events = createEvents(log);
  const workspace = openWorkspace(ports);
  const { db } = workspace;
  const rows = createRepositories(db);
  const withEntry: ConfigLog = (changes, write) => createConfigLog(record.log)(changes, write);
  const settings = createSettingsService({
    withEntry,
    store: rows.settings,
    schema: settingsView,
    events,
    shell,
    secrets,
    log,
    system: machine(),
  });
  const backups = createBackupsService({ files: workspace.backups, shell, clock, events, log });
  const record = composeTransparency(ports, db);
  const { registry, practice } = createRegistry({
    practiceFolder: join(paths.data, 'practice'),
    clock,
    endpoints: ports.endpoints,
  });
  const media = composeMedia(ports, db);
  const mediaHosts = composeMediaHosts(ports, db, media, () => inbox.recheckMedia());
  const pictures = composePictures(ports, {
    rows,
    registry,
    contexts: () => inbox.contexts,
    wanted: () => settings.get().loadPictures,
  });
  const fresh = createFreshNotice({
    notifier: ports.notifier,
    wanted: () => settings.get().notifyNewMessages,
  });

  const ending = new AbortController();
  const inbox = composeInbox({
    withEntry,
    ports,
    db,
    rows,
    events,
    registry,
    practice: {
      ...practice,
      id: 'practice',
      setFaults: (faults) => {
        const set = practice.setFaults(faults);
        engine.retryNow();
        return set;
      },
    },
    media: (id, account) => media.load(id, imageLimits(account)),
    file: media.open,
    mediaHost: (account) => mediaHosts.forImages(imageLimits(account)),
    pictures,
    onFresh: fresh.tell,
    onUsable: (id) => engine.retryNow(id),
    onRead: (ids) => markRead(ids),
  });
  const ai = composeAi({
    ports,
    db,
    events,
    transparency: record.log,
    context: rows,
    helperSources: {
      savedReplies: rows.savedReplies.match,
      allSavedReplies: () => rows.savedReplies.list(''),
      answers: rows.answers.match,
      fill: inbox.savedReplies.fillSavedReply,
    },
  });
  const engine = composeOutgoing(ports, {
    db,
    events,
    registry,
    accounts: rows.accounts,
    contexts: inbox.contexts,
    conversations: rows.conversations,
    messages: rows.messages,
    replyDrafts: rows.drafts,
    answers: rows.answers,
    transparency: record.log,
    media,
    settings,
    drafts: ai.suggestionRows,
    maintenance: [
      { id: 'backup', at: '0 3 * * *', run: backups.daily },
      { id: 'transparency', at: '30 3 * * *', run: record.maintain },
      { id: 'hosted-media', at: '40 3 * * *', run: mediaHosts.sweep },
      { id: 'cache-expiry', at: '45 3 * * *', run: inbox.expire },
      { id: 'account-numbers', at: '10 * * * *', run: () => inbox.takeNumbers(ending.signal) },
    ],
  });
  record.setFacts({
    aiDrafts: () => ai.suggestionRows.drafts(),
    posts: () => rows.publications.withAi(),
    outboundCalls: () => ai.gateway.calls().chat,
  });
  const markRead = createReadMarks({
    conversations: rows.conversations,
    accounts: rows.accounts,
    enqueue: engine.jobs.enqueue,
    clock,
  });
  const transparency = composeTransparencyService(ports, record, {
    events,
    settings: settings.get,
    onChecked: ai.control.logChecked,
    accountLabel: (id) => rows.accounts.list().find((account) => account.id === id)?.handle,
    prompts: promptCatalogue,
  });
  let integrity: AppState['integrity'] = 'ok';
  const app = createAppStateService({
    app: ports.app,
    runtime: ports.runtime,
    system,
    secrets,
    syncing: inbox.sync.progress,
    waiting: engine.waiting,
    nextPost: engine.nextPost,
    integrity: () => integrity,
  });

  const handlers = createHandlers({
    ...engine.services,
    accounts: inbox.accounts,
    ai,
    app,
    backups,
    inbox: inbox.inbox,
    links: ports.links,
    mediaHosts,
    polling: inbox.polling,
    savedReplies: inbox.savedReplies,
    settings,
    transparency,
  });
  const router = createRouter({ handlers, clock, log });
  const changed = (): void => events.emit({ type: 'app.changed', ids: [] });

  let stopping = false;
  /** What the timetable does at night, for a machine that sleeps then; the app works without it. */
  const tend = async (): Promise<void> => {
    for (const work of [mediaHosts.sweep, inbox.expire, () => inbox.takeNumbers(ending.signal)]) {
      if (stopping) return;
      await work().catch((error: unknown) =>
        log.error('a task of the start failed', { detail: toErrorInfo(error).detail }),
      );
    }
  };
  const begin = async (): Promise<void> => {
    if (stopping) return;
    record.closeInterrupted();
    void media.forgetStaging();
    record.eraseAgain();
    events.on((event) => event.type === 'settings.changed' && record.signWhenPossible());
    system.onOnlineChange(changed);
    engine.start();
    inbox.wake.start();
    inbox.sync.start();
    const [checked] = await Promise.all([
      transparency.check({ onProgress: () => undefined }),
      inbox.accounts.finishRemovals(),
      backups.daily(),
    ]);
    // a broken log stays as it was found; the timetable's hour may never come on a machine that sleeps at night
    if (checked.ok && !stopping) await record.maintain();
    await tend();
    if (db.uncleanEnd && !stopping) integrity = await workspace.check();
    changed();
  };

  return {
    invoke: router.invoke,
    call: async (name, input) => {
      const answer = await router.invoke({ method: name, input }, { userGesture: true }, () => undefined);
      if (!answer.ok) throw new AppError(answer.error);
      return answer.value as Output<typeof name>;
    },
    events,
    mediaFile: async (id) => media.file(id as MediaId) ?? practicePicture(await practice.image(id)),
    remotePicture: pictures.file,
    setWindowState: ({ visible, focused }) => {
      fresh.setFocused(focused);
      inbox.sync.setForeground(visible);
    },
    // what was still beginning when the app was told to end has nothing left to work on
    start: () =>
      begin().catch((thrown: unknown) => {
        if (!stopping) throw thrown;
      }),
    stop: async () => {
      stopping = true;
      ending.abort();
      mediaHosts.close();
      router.cancelAll();
      ai.stop();
      await Promise.all([inbox.sync.stop(), engine.stop()]);
      inbox.wake.stop();
      await Promise.all([media.close(), pictures.close()]);
      practice.close();
      record.log.close();
      db.close();
    },
  };
}

/** What the account's network takes of an image; null where it takes none now, or says nothing. */
function imageLimits({ capabilities }: Pick<AccountRow, 'capabilities'>) {
  const { images } = capabilities.publish;
  const says = images.ok && images.maxBytes !== undefined && images.mime !== undefined;
  return says ? { maxBytes: images.maxBytes, mime: images.mime } : null;
}

const machine = (): { readonly zone: string; readonly locale: string } => {
  const { timeZone, locale } = new Intl.DateTimeFormat().resolvedOptions();
  return { zone: timeZone, locale };
};

const practicePicture = (path: string | undefined) =>
  path === undefined ? undefined : { path, mime: 'image/png' };
