import { countText } from '@shared/domain/count';
import { appError } from '@shared/domain/errors';
import type { TextLimit } from '@shared/domain/network';
import type { Clock } from '../../ports';
import type { TransparencyLog } from '../../transparency/log';
import { count, reviewerOf, strippedForLog } from '../entries';
import type { AiGate } from '../gate';
import { injectionSignal } from '../guard/injection-signal';
import { normalise, type Stripped } from '../guard/normalise';
import { checkOutput, type Check } from '../guard/output-checks';
import { sha256Hex } from '../prompt-file';
import type { TaskContext } from '../task';
import { choose, termsOf, type Candidate } from './match';

/** How the helper searches; a change of the method is a new version. */
export const helperMethod = { name: 'on-device-helper', version: 1 } as const;
export const helperHost = 'on-device';
const METHOD_HASH = sha256Hex(
  'bm25 over saved replies and approved answers; greedy cover of the words of the message',
);

export type HelperResult = {
  readonly text: string;
  readonly checks: readonly Check[];
  readonly injectionSignal: number;
  readonly sources: readonly Pick<Candidate, 'kind' | 'title' | 'id'>[];
  readonly request: { readonly id: string; readonly seq: number };
  readonly response: { readonly id: string; readonly seq: number };
};

export type HelperDeps = {
  readonly gate: AiGate;
  readonly log: Pick<TransparencyLog, 'append' | 'durably' | 'subject'>;
  readonly clock: Clock;
};

/**
 * Proposes texts that people wrote before. It searches, it does not generate: no language model, nothing leaves the
 * device. It is logged like every other act of the AI side.
 */
export type Helper = {
  readonly propose: (
    context: TaskContext,
    search: (terms: readonly string[]) => readonly Candidate[],
    commit: (result: HelperResult) => void,
  ) => HelperResult;
};

export function createHelper({ gate, log, clock }: HelperDeps): Helper {
  return {
    propose: (context, search, commit) => {
      gate.assertOpen();
      const message = normalise(context.message?.text ?? '');
      const signal = injectionSignal(message.text, message.stripped);
      const start = clock.monotonic();
      const request = log.append({
        ...requestEntry(context, message.stripped, signal),
        actor: { kind: 'human', ref: reviewerOf(log) },
        slots: { input_message: { text: message.text, ...aboutAuthor(context) } },
      });
      const response = {
        type: 'ai.response' as const,
        actor: { kind: 'system' as const, ref: helperMethod.name },
        ...common(context),
        ref: { ...context.refs, request: request.id },
        gen_ai: {},
        model_drift: false,
      };
      const latency = (): number => count(clock.monotonic() - start);

      const limit = context.account?.limit ?? null;
      const terms = termsOf(message.text);
      const fits = (texts: readonly string[]): boolean =>
        limit === null || !countText(join(texts), limit).over;
      const chosen = choose(terms, search(terms), fits);
      if (chosen.length === 0) {
        log.append({
          ...response,
          status: 'invalid',
          error_type: 'nothing_fits',
          latency_ms: latency(),
        });
        throw appError('not_found', { detail: 'no saved reply or past answer fits' });
      }
      const text = join(chosen.map((candidate) => candidate.text));
      const checks = checksOf(text, message.text, chosen, limit);
      return log.durably(() => {
        const answered = log.append({
          ...response,
          status: 'ok',
          latency_ms: latency(),
          checks: Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict])),
          slots: { output: { text, ...aboutAuthor(context) } },
        });
        const result: HelperResult = {
          text,
          checks,
          injectionSignal: signal,
          sources: chosen.map(({ kind, title, id }) => ({ kind, title, id })),
          request: { id: request.id, seq: request.seq },
          response: { id: answered.id, seq: answered.seq },
        };
        commit(result);
        return result;
      });
    },
  };
}

const common = ({ account, subjects }: TaskContext) => ({
  ...(account && { acct: account.id, net: account.network }),
  subj: Object.values(subjects),
});

/** Whom the text of a slot is about, as far as there is somebody. */
function aboutAuthor({ message, subjects }: TaskContext): { readonly subj?: string } {
  const handle = message?.author?.handle;
  const subj = handle === undefined ? undefined : subjects[handle];
  return subj === undefined ? {} : { subj };
}

const requestEntry = (context: TaskContext, stripped: Stripped, signal: number) =>
  ({
    type: 'ai.request',
    ...common(context),
    ref: context.refs,
    task: 'reply_draft',
    task_class: 'analysis',
    trigger: 'user',
    autonomy: 'L1',
    gen_ai: { 'gen_ai.operation.name': 'retrieval', 'gen_ai.provider.name': 'on-device' },
    endpoint: { host: helperHost, local: true },
    prompt: { ...helperMethod, hash: METHOD_HASH },
    inputs: context.message
      ? [{ kind: 'message', ref: context.message.id, trust: 'untrusted' } as const]
      : [],
    redaction: { policy: 'none', counts: {}, reversible: false },
    guard: {
      stripped: strippedForLog(stripped),
      injection_signal_milli: signal,
      datamark: false,
      tools: 0,
    },
    legal: {
      purpose: 'answer_messages',
      basis: 'unspecified',
      recipient: 'none',
      transfer: 'none',
      retention_class: 'default',
    },
  }) as const;

/** Addresses and contacts of a saved reply are the person's own; those of a past answer may be somebody else's. */
function checksOf(
  text: string,
  question: string,
  chosen: readonly Candidate[],
  limit: TextLimit | null,
): readonly Check[] {
  const saved = chosen.filter(({ kind }) => kind === 'saved_reply').map((candidate) => candidate.text);
  return checkOutput({
    text,
    schema: 'na',
    limit,
    known: [question, ...saved].join('\n'),
    system: '',
    mark: '\u0000',
    raw: '',
    language: { wanted: null, found: null },
  });
}

const join = (texts: readonly string[]): string => texts.join('\n\n');
