import { appError } from '@shared/domain/errors';
import { uuidv7, type SuggestionId } from '@shared/domain/ids';
import type { AiTask, Outgoing, Suggestion } from '@shared/ipc/ai';
import type { ParsedInput } from '@shared/ipc/contract';
import type { AppEvent } from '@shared/ipc/events';
import { hostOf, isLoopback, type ModelEndpoint } from '../ai/endpoint';
import { reviewerOf } from '../ai/entries';
import type { Check } from '../ai/guard/output-checks';
import type { Helper } from '../ai/on-device/helper';
import type { Candidate } from '../ai/on-device/match';
import type { RunTask } from '../ai/run-task';
import type { Task, TaskContext } from '../ai/task';
import { postDraft } from '../ai/tasks/post-draft';
import { replyDraft } from '../ai/tasks/reply-draft';
import { rewrite } from '../ai/tasks/rewrite';
import type { SuggestionRepository } from '../db/repositories/suggestions';
import type { Clock } from '../ports';
import type { TransparencyLog } from '../transparency/log';
import { createTaskContexts, type ContextDeps } from './suggestions-context';
import { candidates, type HelperSources } from './suggestions-sources';
import { helperPart, modelPart, nothingLeaves } from './suggestions-view';

export type SuggestionsDeps = ContextDeps & {
  readonly repository: SuggestionRepository;
  readonly runTask: RunTask;
  readonly helper: Helper;
  readonly helperSources: HelperSources;
  readonly activeEndpoint: () => ModelEndpoint | null;
  readonly transparency: Pick<TransparencyLog, 'append' | 'durably' | 'subject'>;
  readonly clock: Clock;
  readonly events: { readonly emit: (event: AppEvent) => void };
};
export type SuggestContext = {
  readonly signal: AbortSignal;
  readonly part: (part: { readonly text: string }) => void;
};

type Logged = {
  readonly request: { readonly id: string };
  readonly response: { readonly id: string };
  readonly checks: readonly Check[];
};

const tasks: Readonly<Record<AiTask['task'], Task>> = {
  reply_draft: replyDraft,
  rewrite,
  post_draft: postDraft,
};

export function createSuggestionsService(deps: SuggestionsDeps) {
  const { repository, runTask, helper, helperSources, transparency, clock } = deps;
  const contextOf = createTaskContexts(deps);

  /** For one task: its suggestion is stored in the transaction that logs the response, and handed out after it. */
  const keeping = ({ refs }: TaskContext) => {
    let kept: Suggestion | undefined;
    return {
      keep: (suggestion: Suggestion, { request, response, checks }: Logged): void => {
        const { id, task, source, text, model, requestSeq, responseSeq, createdAt } = suggestion;
        repository.insert({
          id,
          task,
          subjectId: refs.thread ?? refs.post ?? null,
          source,
          requestSeq,
          responseSeq,
          createdAt,
          text,
          requestId: request.id,
          responseId: response.id,
          model,
          checks: checks.map((check) => ({ ...check, found: [...check.found] })),
        });
        kept = suggestion;
      },
      kept: (): Suggestion => {
        if (!kept) throw appError('internal', { detail: 'a task ended without a result' });
        return kept;
      },
    };
  };
  const base = (task: AiTask['task']) => ({
    id: uuidv7<SuggestionId>(clock.now()),
    task,
    createdAt: clock.now(),
  });

  const fromModel = async (
    input: AiTask,
    endpoint: ModelEndpoint,
    { signal, part }: SuggestContext,
  ): Promise<Suggestion> => {
    const context = contextOf(input);
    const { keep, kept } = keeping(context);
    await runTask.run(tasks[input.task], context, endpoint, {
      signal,
      onText: (text) => part({ text }),
      commit: (result) => keep({ ...base(input.task), source: 'model', ...modelPart(result) }, result),
    });
    return kept();
  };

  const fromHelper = (input: Extract<AiTask, { task: 'reply_draft' }>): Suggestion => {
    const context = contextOf(input);
    const { keep, kept } = keeping(context);
    const search = (terms: readonly string[]): readonly Candidate[] =>
      candidates(helperSources, terms, context, input.conversationId);
    helper.propose(context, search, (result) =>
      keep({ ...base('reply_draft'), source: 'helper', ...helperPart(result) }, result),
    );
    return kept();
  };

  return {
    /** Exactly what `suggest` would send now; nothing is sent and nothing is logged. */
    preview: async (input: AiTask): Promise<Outgoing> => {
      const context = contextOf(input);
      const endpoint = deps.activeEndpoint();
      if (!endpoint) return nothingLeaves;
      const task = tasks[input.task];
      const prepared = await runTask.prepare(task, context, endpoint);
      return {
        host: hostOf(endpoint.baseUrl),
        local: isLoopback(endpoint.baseUrl),
        model: endpoint.model,
        prompt: { name: task.prompt.name, version: task.prompt.version },
        messages: prepared.messages,
        redactions: { ...prepared.redactions },
        stripped: { ...prepared.stripped },
        injectionSignal: prepared.injectionSignal,
      };
    },
    /** Parts carry the whole text so far. Without a provider the on-device helper answers for replies. */
    suggest: async (input: AiTask, stream: SuggestContext): Promise<Suggestion> => {
      const endpoint = deps.activeEndpoint();
      if (endpoint) return fromModel(input, endpoint, stream);
      if (input.task === 'reply_draft') return fromHelper(input);
      transparency.append({
        type: 'ai.blocked',
        actor: { kind: 'system', ref: 'app' },
        task: input.task,
        reason: 'no_provider',
      });
      throw appError('ai_no_provider');
    },
    /** Inserting is not yet a decision: that comes with the approval of the final text. */
    decide: ({ id, decision, reason }: ParsedInput<'ai.decide'>): void => {
      const stored = repository.byId(id);
      if (!stored) throw appError('not_found', { field: 'id' });
      transparency.durably(() => {
        repository.settle(id, decision);
        if (decision === 'inserted') return;
        transparency.append({
          type: 'human.decision',
          actor: { kind: 'human', ref: reviewerOf(transparency) },
          ref: { request: stored.requestId, response: stored.responseId },
          decision,
          reviewer: { ref: reviewerOf(transparency), role: 'operator', editorial_responsibility: false },
          review: {
            opened_ms: Math.max(0, Math.round(clock.now() - stored.createdAt)),
            focused_ms: 0,
            end_seen: false,
          },
          ...(reason && { reason }),
        });
      });
    },
  };
}
