import { createAiGate } from '../ai/gate';
import { createGateway } from '../ai/gateway';
import { createLanguageDetector } from '../ai/guard/language';
import createLanguageWorker from '../ai/guard/language-worker?nodeWorker';
import { createHelper } from '../ai/on-device/helper';
import { createRunTask } from '../ai/run-task';
import type { Db } from '../db/open';
import { createProviderRepository } from '../db/repositories/providers';
import { createSuggestionRepository } from '../db/repositories/suggestions';
import type { Events } from '../ipc/events';
import type { Ports } from '../ports';
import { createAiControlService } from '../services/ai-control';
import { createProvidersService } from '../services/providers';
import { createSuggestionsService, type SuggestionsDeps } from '../services/suggestions';
import type { HelperSources } from '../services/suggestions-sources';
import type { TransparencyLog } from '../transparency/log';

type AiDeps = {
  readonly ports: Ports;
  readonly db: Db;
  readonly events: Events;
  readonly transparency: TransparencyLog;
  readonly context: Pick<SuggestionsDeps, 'accounts' | 'conversations' | 'messages'>;
  readonly helperSources: HelperSources;
};

/** The AI side: a gate that can be shut, one way to a model, the tasks and the helper that needs no model. */
export function composeAi({ ports, db, events, transparency, context, helperSources }: AiDeps) {
  const { clock, http, app, log, secrets } = ports;
  const providerRows = createProviderRepository(db);
  const suggestionRows = createSuggestionRepository(db);
  const gate = createAiGate(() => events.emit({ type: 'ai.changed', ids: [] }));
  const gateway = createGateway({
    http,
    clock,
    app,
    gate,
    allowed: (origin) => providerRows.list().some(({ baseUrl }) => new URL(baseUrl).origin === origin),
  });
  const language = createLanguageDetector({ makeWorker: () => createLanguageWorker({}), clock, log });
  const runTask = createRunTask({ gate, gateway, log: transparency, clock, language });
  const control = createAiControlService({
    gate,
    repository: providerRows,
    transparency,
    clock,
    log,
    events,
  });
  const providers = createProvidersService({
    repository: providerRows,
    secrets,
    gateway,
    runTask,
    transparency,
    clock,
    events,
    aiState: control.state,
  });
  const suggestions = createSuggestionsService({
    ...context,
    repository: suggestionRows,
    runTask,
    helper: createHelper({ gate, log: transparency, clock }),
    helperSources,
    activeEndpoint: providers.activeEndpoint,
    transparency,
    clock,
    events,
  });
  return {
    control,
    providers,
    suggestions,
    suggestionRows,
    gateway,
    stop: (): void => {
      gate.abortAll();
      language.close();
    },
  };
}
