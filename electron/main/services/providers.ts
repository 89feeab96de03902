import { appError, toErrorInfo } from '@shared/domain/errors';
import { uuidv7, type ProviderId } from '@shared/domain/ids';
import type { AiState, Provider } from '@shared/ipc/ai';
import type { Output, ParsedInput } from '@shared/ipc/contract';
import type { AppEvent } from '@shared/ipc/events';
import { assertSafeAddress, localPresets, originOf, presets, type ModelEndpoint } from '../ai/endpoint';
import type { Gateway } from '../ai/gateway';
import type { RunTask } from '../ai/run-task';
import type { ProviderRepository, ProviderRow } from '../db/repositories/providers';
import type { Clock, SecretStore } from '../ports';
import type { TransparencyLog } from '../transparency/log';
import { createConfigLog } from './config-log';
import { providerView } from './providers-view';

export type ProvidersDeps = {
  readonly repository: ProviderRepository;
  readonly secrets: SecretStore;
  readonly gateway: Gateway;
  readonly runTask: RunTask;
  readonly transparency: Pick<TransparencyLog, 'append' | 'durably' | 'subject'>;
  readonly clock: Clock;
  readonly events: { readonly emit: (event: AppEvent) => void };
  readonly aiState: () => AiState;
};

/** How long a search on loopback waits for an answer, ms. */
const FIND_MS = 1_500;

export function createProvidersService(deps: ProvidersDeps) {
  const { repository, gateway, runTask, transparency, clock } = deps;

  const changed = (ids: readonly string[]): void => deps.events.emit({ type: 'ai.changed', ids });
  const active = (): ProviderRow | undefined => {
    const id = repository.activeId();
    return id === null ? undefined : repository.get(id as ProviderId);
  };
  const withEntry = createConfigLog(transparency);
  const change = (key: string, before: ProviderRow | undefined, after: ProviderRow | undefined) => [
    { key, before: before ? recorded(before) : null, after: after ? recorded(after) : null, texts: true },
  ];
  const endpointOf = (row: ProviderRow): ModelEndpoint => ({
    preset: row.preset,
    baseUrl: row.baseUrl,
    model: row.model,
    key: row.cipher && deps.secrets.decrypt(row.cipher),
  });
  const cipherFor = (
    key: string | undefined,
    before: ProviderRow | undefined,
    baseUrl: string,
  ): Uint8Array | null => {
    if (key !== undefined) return key.trim() === '' ? null : deps.secrets.encrypt(key.trim());
    // A stored key belongs to the server it was given for: another address does not get it.
    if (before?.cipher && originOf(before.baseUrl) !== originOf(baseUrl))
      throw appError('invalid_input', {
        field: 'key',
        detail: 'another address needs its key to be entered',
      });
    return before?.cipher ?? null;
  };

  return {
    /** The endpoint in use, with its key, for the length of a call. */
    activeEndpoint: (): ModelEndpoint | null => {
      const row = active();
      return row ? endpointOf(row) : null;
    },
    providers: (): readonly Provider[] =>
      repository.list().map((row) => providerView(row, repository.activeId())),
    saveProvider: (input: ParsedInput<'ai.saveProvider'>): Provider => {
      const before = input.id === undefined ? undefined : repository.require(input.id);
      const baseUrl = input.baseUrl.trim().replace(/\/+$/u, '');
      const cipher = cipherFor(input.key, before, baseUrl);
      assertSafeAddress(baseUrl, cipher !== null);
      const row: ProviderRow = {
        id: before?.id ?? uuidv7<ProviderId>(clock.now()),
        preset: input.preset,
        name: input.name.trim(),
        baseUrl,
        model: input.model.trim(),
        cipher,
        createdAt: before?.createdAt ?? clock.now(),
      };
      const first = before === undefined && repository.activeId() === null;
      withEntry(change('ai.provider', before, row), () => {
        repository.save(row);
        // The first provider that somebody adds is the one they want to use.
        if (first) repository.setActive(row.id);
      });
      changed([row.id]);
      return providerView(row, repository.activeId());
    },
    removeProvider: ({ id }: ParsedInput<'ai.removeProvider'>): void => {
      const row = repository.require(id);
      withEntry(change('ai.provider', row, undefined), () => {
        if (repository.activeId() === id) repository.setActive(null);
        repository.remove(id);
      });
      changed([id]);
    },
    useProvider: ({ id }: ParsedInput<'ai.useProvider'>): AiState => {
      const before = active();
      const after = id === null ? undefined : repository.require(id);
      if (before?.id !== after?.id) {
        withEntry(change('ai.provider.active', before, after), () => repository.setActive(after?.id ?? null));
        changed([before?.id, after?.id].filter((changedId) => changedId !== undefined));
      }
      return deps.aiState();
    },
    models: ({ id }: ParsedInput<'ai.models'>): Promise<readonly string[]> =>
      gateway.models(endpointOf(repository.require(id))),
    test: async ({ id }: ParsedInput<'ai.test'>): Promise<Output<'ai.test'>> => {
      try {
        const { model, latencyMs } = await runTask.test(
          endpointOf(repository.require(id)),
          new AbortController().signal,
        );
        return { ok: true, problem: null, model, latencyMs };
      } catch (error) {
        return { ok: false, problem: toErrorInfo(error), model: null, latencyMs: null };
      }
    },
    findLocal: async (): Promise<Output<'ai.findLocal'>> => {
      const found = await Promise.allSettled(
        localPresets.map(async (preset) => {
          const { baseUrl } = presets[preset];
          const models = await gateway.models(
            { preset, baseUrl, model: '', key: null },
            { timeoutMs: FIND_MS },
          );
          return { preset, baseUrl, models };
        }),
      );
      // Nobody at an address is the normal case. When the AI is stopped the person should hear that instead.
      const stopped = found.find(
        (result) =>
          result.status === 'rejected' && ['ai_off', 'log_broken'].includes(toErrorInfo(result.reason).kind),
      );
      if (stopped?.status === 'rejected') throw stopped.reason;
      return found.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    },
  };
}

const recorded = ({ preset, name, baseUrl, model, cipher }: ProviderRow): object => ({
  preset,
  name,
  baseUrl,
  model,
  hasKey: cipher !== null,
});
