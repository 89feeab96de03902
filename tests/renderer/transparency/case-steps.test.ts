import { expect, it } from 'vitest';
import type { LogDetail, LogRow } from '@shared/ipc/transparency';
import { caseSteps } from '@/features/transparency/case-steps';
import { outcomeOf, whatOf, whereOf } from '@/features/transparency/ledger-words';

const row = (seq: number, type: string, facts: LogRow['facts']): LogRow => ({
  seq,
  at: seq,
  type,
  actor: 'ai',
  accountId: null,
  facts,
  about: null,
});
const detail = (of: LogRow, entry: object, content: LogDetail['content'] = []): LogDetail => ({
  row: of,
  hash: 'h',
  prev: 'p',
  entry: JSON.stringify(entry),
  content,
  related: [],
  diff: null,
});
const open = (slot: string, text: string | null): LogDetail['content'][number] => ({
  slot,
  cls: 'own',
  text,
  erased: text === null,
});

const request = detail(
  row(7, 'ai.request', {
    task: 'reply_draft',
    trigger: 'user',
    model: 'qwen3',
    host: '127.0.0.1',
    local: true,
  }),
  { prompt: { name: 'reply', version: 7 } },
  [open('system', 'Rules'), open('input_message', null)],
);
const response = detail(
  row(8, 'ai.response', { status: 'ok', latency_ms: 1900, model: 'qwen3' }),
  { gen_ai: { 'gen_ai.usage.output_tokens': 412 } },
  [open('output', 'Hi')],
);
const decision: LogDetail = {
  ...detail(row(9, 'human.decision', { decision: 'edited', kept_milli: 740 }), {
    review: { focused_ms: 38_000 },
    reviewer: { role: 'operator' },
  }),
  diff: [{ text: 'Hi', kind: 'same' }],
};
const publish = detail(row(10, 'publish', { origin: 'ai_edited' }), {
  disclosure: { decision: 'none', basis: 'human_reviewed' },
});

it('a case reads in the order in which it happened', () => {
  const steps = caseSteps([publish, decision, request, response]);
  expect(steps.map((step) => step.label)).toEqual([
    'Asked',
    'Saw',
    'Ran',
    'Proposed',
    'Changed',
    'Approved',
    'Published',
  ]);
  expect(steps[0]?.text).toBe('by a person · prompt “reply”, version 7');
  expect(steps[2]?.text).toBe('qwen3, this device');
  expect(steps[3]?.text).toContain('412 tokens');
  expect(steps[5]?.text).toContain('by operator');
  expect(steps[6]?.text).toContain('AI text, edited');
});

it('an erased text stays as a place without a text', () => {
  const [, saw] = caseSteps([request]);
  expect(saw?.slots).toContainEqual({ slot: 'input_message', cls: 'own', text: null, erased: true });
});

it('lines of the ledger say what happened, where, and how it ended', () => {
  expect(whatOf(request.row)).toBe('Asked: reply draft');
  expect(whereOf(request.row)).toBe('qwen3, this device');
  expect(outcomeOf(response.row)).toBe('answered in 1.9 sec');
  expect(whatOf(decision.row)).toBe('Approved after editing');
  expect(outcomeOf(decision.row)).toBe('74% kept');
});

it('codes of a newer version are shown as they are', () => {
  expect(whatOf(row(1, 'future.thing', {}))).toBe('future.thing');
  expect(outcomeOf(row(1, 'ai.response', { status: 'pondering' }))).toBe('pondering');
});
