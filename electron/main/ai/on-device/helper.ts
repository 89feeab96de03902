import { countText } from '@shared/domain/count';
import { appError } from '@shared/domain/errors';
import type { Clock } from '../../ports';
import type { TransparencyLog } from '../../transparency/log';
import { count, reviewerOf, strippedForLog } from '../entries';
import type { AiGate } from '../gate';
import { injectionSignal } from '../guard/injection-signal';
import { normalise } from '../guard/normalise';
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
      const author = context.message?.author?.handle;
      const subj = author === undefined ? undefined : context.subjects[author];
      const common = {
        ...(context.account && { acct: context.account.id, net: context.account.network }),
        subj: Object.values(context.subjects),
      };
      const start = clock.monotonic();
      const request = log.append({
        type: 'ai.request',
        actor: { kind: 'human', ref: reviewerOf(log) },
        ...common,
        ref: context.refs,
        task: 'reply_draft',
        task_class: 'analysis',
        trigger: 'user',
        autonomy: 'L1',
        gen_ai: { 'gen_ai.operation.name': 'retrieval', 'gen_ai.provider.name': 'on-device' },
        endpoint: { host: helperHost, local: true },
        prompt: { ...helperMethod, hash: METHOD_HASH },
        inputs: context.message ? [{ kind: 'message', ref: context.message.id, trust: 'untrusted' }] : [],
        redaction: { policy: 'none', counts: {}, reversible: false },
        guard: {
          stripped: strippedForLog(message.stripped),
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
        slots: { input_message: { text: message.text, ...(subj !== undefined && { subj }) } },
      });
      const limit = context.account?.limit ?? null;
      const terms = termsOf(message.text);
      const chosen = choose(
        terms,
        search(terms),
        (texts) => limit === null || !countText(join(texts), limit).over,
      );
      const base = {
        type: 'ai.response' as const,
        actor: { kind: 'system' as const, ref: helperMethod.name },
        ...common,
        ref: { ...context.refs, request: request.id },
        gen_ai: {},
        model_drift: false,
      };
      if (chosen.length === 0) {
        log.append({
          ...base,
          status: 'invalid',
          error_type: 'nothing_fits',
          latency_ms: count(clock.monotonic() - start),
        });
        throw appError('not_found', { detail: 'no saved reply or past answer fits' });
      }
      const text = join(chosen.map((candidate) => candidate.text));
      const known = [
        message.text,
        ...chosen.filter(({ kind }) => kind === 'saved_reply').map((candidate) => candidate.text),
      ].join('\n');
      const checks = checkOutput({
        text,
        schema: 'na',
        limit,
        known,
        system: '',
        mark: '\u0000',
        raw: '',
        language: { wanted: null, found: null },
      });
      return log.durably(() => {
        const response = log.append({
          ...base,
          status: 'ok',
          latency_ms: count(clock.monotonic() - start),
          checks: Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict])),
          slots: { output: { text, ...(subj !== undefined && { subj }) } },
        });
        const result: HelperResult = {
          text,
          checks,
          injectionSignal: signal,
          sources: chosen.map(({ kind, title, id }) => ({ kind, title, id })),
          request: { id: request.id, seq: request.seq },
          response: { id: response.id, seq: response.seq },
        };
        commit(result);
        return result;
      });
    },
  };
}

const join = (texts: readonly string[]): string => texts.join('\n\n');
