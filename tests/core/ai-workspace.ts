import { join } from 'node:path';
import type { ConversationId, ProviderId } from '@shared/domain/ids';
import type { AppEvent } from '@shared/ipc/events';
import { originOf, type PresetId } from '../../electron/main/ai/endpoint';
import { createAiGate } from '../../electron/main/ai/gate';
import type { Timeouts } from '../../electron/main/ai/deadline';
import { createGateway } from '../../electron/main/ai/gateway';
import { createLanguageDetector } from '../../electron/main/ai/guard/language';
import createLanguageWorker from '../../electron/main/ai/guard/language-worker?nodeWorker';
import { createHelper } from '../../electron/main/ai/on-device/helper';
import { createRunTask } from '../../electron/main/ai/run-task';
import { createAccounts, type AccountRow } from '../../electron/main/db/repositories/accounts';
import { createAnswers } from '../../electron/main/db/repositories/answers';
import { createConversations } from '../../electron/main/db/repositories/conversations';
import { createInboxWriter, type IncomingMessage } from '../../electron/main/db/repositories/inbox-writer';
import { createMessages } from '../../electron/main/db/repositories/messages';
import { createProviderRepository } from '../../electron/main/db/repositories/providers';
import { createSavedReplies } from '../../electron/main/db/repositories/saved-replies';
import { createSuggestionRepository } from '../../electron/main/db/repositories/suggestions';
import { openDb, type Db } from '../../electron/main/db/open';
import type { Http } from '../../electron/main/ports';
import { createAiControlService } from '../../electron/main/services/ai-control';
import { createProvidersService } from '../../electron/main/services/providers';
import { createSuggestionsService } from '../../electron/main/services/suggestions';
import { createHeadFile } from '../../electron/main/transparency/head-file';
import { createLogKeys } from '../../electron/main/transparency/keys';
import { createLog, type TransparencyLog } from '../../electron/main/transparency/log';
import { addAccount, incoming } from '../fakes/inbox';
import {
  createRecordingLogger,
  createSecretStore,
  createTempDir,
  systemClock,
  type FakeSecretStore,
} from '../fakes/ports';

const app = { name: 'Candor', version: '0.0.1', commit: 'test' };
export type WorkspaceOptions = {
  readonly http?: Http;
  readonly timeouts?: Timeouts;
  readonly log?: (log: TransparencyLog) => TransparencyLog;
};
export type Workspace = ReturnType<typeof openWorkspace>;

/** The AI side as the core wires it, on a real workspace file and a real log. */
export function openWorkspace(
  options: WorkspaceOptions = {},
  dir = createTempDir('candor-ai'),
  secrets: FakeSecretStore = createSecretStore(),
) {
  const logger = createRecordingLogger();
  const clock = systemClock;
  const events: AppEvent[] = [];
  const emitter = { emit: (event: AppEvent) => void events.push(event) };
  const db: Db = openDb({
    file: join(dir.path, 'candor.db'),
    backupsDir: join(dir.path, 'backups'),
    clock,
    log: logger,
  });
  const transparency = createLog({
    db: db.raw,
    clock,
    app,
    keys: createLogKeys({ file: join(dir.path, 'key.json'), secrets, log: logger }),
    headFile: createHeadFile({ file: join(dir.path, 'head.bin'), secrets, log: logger }),
    log: logger,
  });
  const log = options.log ? options.log(transparency) : transparency;
  const providerRepo = createProviderRepository(db);
  const repository = createSuggestionRepository(db);
  const gate = createAiGate();
  const gateway = createGateway({
    http: options.http ?? ((input, init) => fetch(input, init)),
    clock,
    app,
    gate,
    allowed: (origin) => providerRepo.list().some((row) => originOf(row.baseUrl) === origin),
    ...(options.timeouts && { timeouts: { remote: options.timeouts, local: options.timeouts } }),
  });
  const language = createLanguageDetector({ makeWorker: () => createLanguageWorker({}), clock, log: logger });
  const runTask = createRunTask({ gate, gateway, log, clock, language });
  const helper = createHelper({ gate, log, clock });
  const control = createAiControlService({
    gate,
    repository: providerRepo,
    transparency: log,
    clock,
    log: logger,
    events: emitter,
  });
  const providers = createProvidersService({
    repository: providerRepo,
    secrets,
    gateway,
    runTask,
    transparency: log,
    clock,
    events: emitter,
    aiState: control.state,
  });
  const savedReplies = createSavedReplies(db);
  const answers = createAnswers(db);
  const suggestions = createSuggestionsService({
    repository,
    runTask,
    helper,
    transparency: log,
    clock,
    events: emitter,
    accounts: createAccounts(db),
    conversations: createConversations(db),
    messages: createMessages(db),
    activeEndpoint: providers.activeEndpoint,
    helperSources: {
      savedReplies: savedReplies.match,
      allSavedReplies: () => savedReplies.list(''),
      answers: answers.match,
      fill: ({ id }) => ({ text: savedReplies.require(id).body.replace('{name}', 'Ada') }),
    },
  });
  const close = (): void => {
    gate.abortAll();
    language.close();
    transparency.close();
    db.close();
  };
  return {
    db,
    dir,
    secrets,
    logger,
    events,
    transparency,
    gate,
    gateway,
    control,
    providers,
    suggestions,
    repository,
    savedReplies,
    answers,
    providerRepo,
    /** Saves a provider and makes it the one in use. */
    use: (
      baseUrl: string,
      more: { readonly preset?: PresetId; readonly key?: string; readonly model?: string } = {},
    ): ProviderId => {
      const { id } = providers.saveProvider({
        preset: more.preset ?? 'llamacpp',
        name: 'Test',
        baseUrl,
        model: more.model ?? 'gpt-test',
        ...(more.key !== undefined && { key: more.key }),
      });
      providers.useProvider({ id });
      return id;
    },
    account: (override: Partial<AccountRow> = {}): AccountRow => addAccount(db, override),
    conversation: (
      account: AccountRow,
      texts: readonly (string | Partial<IncomingMessage>)[],
      key = 'thread-1',
    ): ConversationId => {
      const items = texts.map((item, at) =>
        typeof item === 'string'
          ? incoming(key, item, 1_000 + at)
          : incoming(key, item.text ?? '', 1_000 + at, item),
      );
      const { changed } = createInboxWriter(db).apply({
        accountId: account.id,
        network: account.network,
        items,
        now: 5_000,
        historyBefore: 0,
      });
      return changed[0]!;
    },
    entries: (type?: string) =>
      transparency
        .entries({ limit: 500 })
        .items.map(({ seq }) => transparency.entry(seq)!)
        .filter((entry) => type === undefined || entry.type === type)
        .reverse(),
    /** Orderly end and a new start on the same files. */
    restart: (again: WorkspaceOptions = options) => {
      close();
      return openWorkspace(again, dir, secrets);
    },
    dispose: () => {
      close();
      dir.remove();
    },
  };
}

/** Collects the parts of a stream; never cancelled unless told. */
export function collect(signal = new AbortController().signal) {
  const parts: string[] = [];
  return { parts, stream: { signal, part: ({ text }: { readonly text: string }) => void parts.push(text) } };
}
