import type { Outgoing, Suggestion } from '@shared/ipc/ai';
import type { Check } from '../ai/guard/output-checks';
import { helperHost, helperMethod, type HelperResult } from '../ai/on-device/helper';
import type { TaskResult } from '../ai/run-task';

/** What a call sends while no provider is in use. */
export const nothingLeaves: Outgoing = {
  host: helperHost,
  local: true,
  model: '',
  prompt: helperMethod,
  messages: [],
  redactions: {},
  stripped: {},
  injectionSignal: 0,
};

const checksForWindow = (checks: readonly Check[]): Suggestion['checks'] =>
  checks.map(({ id, verdict, found }) => ({ id, ok: verdict === 'pass' || verdict === 'na', found }));

export const modelPart = (result: TaskResult) => ({
  text: result.text,
  model: result.model,
  host: result.host,
  local: result.local,
  checks: checksForWindow(result.checks),
  injectionSignal: result.injectionSignal,
  assumes: result.assumes,
  sources: [],
  requestSeq: result.request.seq,
  responseSeq: result.response.seq,
});

export const helperPart = (result: HelperResult) => ({
  text: result.text,
  model: null,
  host: null,
  local: true,
  checks: checksForWindow(result.checks),
  injectionSignal: result.injectionSignal,
  assumes: null,
  sources: result.sources.map(({ kind, title }) => ({ kind, title })),
  requestSeq: result.request.seq,
  responseSeq: result.response.seq,
});
