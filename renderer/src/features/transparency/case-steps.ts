import type { LogDetail } from '@shared/ipc/transparency';
import { t } from '@/text/i18n';
import { fact, originName, seconds, whereOf } from './ledger-words';

/** One line of the story of a case: what happened at this entry, with the texts that belong to it. */
export type CaseStep = {
  readonly key: string;
  readonly label: string;
  readonly seq: number;
  readonly at: number;
  readonly text: string;
  readonly slots: LogDetail['content'];
  readonly diff: LogDetail['diff'];
};

/** A value inside the entry's canonical text; undefined where it is not there or the entry was pruned. */
function inEntry(detail: LogDetail, ...path: readonly string[]): unknown {
  if (detail.entry === null) return undefined;
  let value: unknown = JSON.parse(detail.entry);
  for (const name of path)
    value =
      value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[name] : undefined;
  return value;
}
const textIn = (detail: LogDetail, ...path: readonly string[]): string => {
  const value = inEntry(detail, ...path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};
const slots = (detail: LogDetail, ...names: readonly string[]): LogDetail['content'] =>
  detail.content.filter((entry) => names.includes(entry.slot));

const joined = (...parts: readonly (string | undefined | false)[]): string =>
  parts.filter(Boolean).join(' · ');

function requestSteps(detail: LogDetail): readonly Omit<CaseStep, 'key' | 'seq' | 'at'>[] {
  const trigger = fact(detail.row, 'trigger');
  const known = trigger === 'user' || trigger === 'rule' || trigger === 'schedule' ? trigger : null;
  const prompt = { name: textIn(detail, 'prompt', 'name'), version: textIn(detail, 'prompt', 'version') };
  return [
    {
      label: t('transparency.detail.asked'),
      text: joined(
        known !== null && t(`transparency.detail.trigger.${known}`),
        prompt.name !== '' && t('transparency.detail.prompt', prompt),
      ),
      slots: [],
      diff: null,
    },
    {
      label: t('transparency.detail.saw'),
      text: '',
      slots: slots(detail, 'prompt', 'thread_context', 'input_message', 'system'),
      diff: null,
    },
    { label: t('transparency.detail.ran'), text: whereOf(detail.row), slots: [], diff: null },
  ];
}

function responseStep(detail: LogDetail): Omit<CaseStep, 'key' | 'seq' | 'at'> {
  const time = seconds(Number(fact(detail.row, 'latency_ms') ?? 0));
  const tokens = Number(textIn(detail, 'gen_ai', 'gen_ai.usage.output_tokens'));
  return {
    label: t('transparency.detail.proposed'),
    text:
      tokens > 0
        ? t('transparency.detail.took', { time, tokens }, tokens)
        : t('transparency.detail.tookTime', { time }),
    slots: slots(detail, 'output', 'note'),
    diff: null,
  };
}

function decisionSteps(detail: LogDetail): readonly Omit<CaseStep, 'key' | 'seq' | 'at'>[] {
  const approved = ['accepted', 'edited'].includes(fact(detail.row, 'decision') ?? '');
  const readMs = Number(textIn(detail, 'review', 'focused_ms'));
  const role = textIn(detail, 'reviewer', 'role');
  const decided = {
    label: approved ? t('transparency.detail.approved') : t('transparency.detail.decided'),
    text: joined(
      role !== '' && t('transparency.detail.byPerson', { role }),
      readMs > 0 && t('transparency.detail.read', { time: seconds(readMs) }),
      fact(detail.row, 'reason'),
    ),
    slots: slots(detail, 'final', 'note', 'reviewer_name'),
    diff: null,
  };
  if (!detail.diff || !approved) return [decided];
  const changed = { label: t('transparency.detail.changed'), text: '', slots: [], diff: detail.diff };
  return [changed, decided];
}

function publishStep(detail: LogDetail): Omit<CaseStep, 'key' | 'seq' | 'at'> {
  const decision = textIn(detail, 'disclosure', 'decision');
  const basis = textIn(detail, 'disclosure', 'basis');
  return {
    label: t('transparency.detail.published'),
    text: joined(
      originName(fact(detail.row, 'origin')),
      decision !== '' && t('transparency.detail.disclosed', { decision, basis: basis.replaceAll('_', ' ') }),
    ),
    slots: slots(detail, 'remote_ref', 'disclosure_text'),
    diff: null,
  };
}

function otherStep(detail: LogDetail): Omit<CaseStep, 'key' | 'seq' | 'at'> {
  const facts = Object.entries(detail.row.facts).map(
    ([name, value]) => `${name.replaceAll('_', ' ')}: ${String(value)}`,
  );
  return {
    label: t('transparency.detail.facts'),
    text: facts.join(' · '),
    slots: detail.content,
    diff: null,
  };
}

function stepsOf(detail: LogDetail): readonly Omit<CaseStep, 'key' | 'seq' | 'at'>[] {
  switch (detail.row.type) {
    case 'ai.request':
      return requestSteps(detail);
    case 'ai.response':
      return [responseStep(detail)];
    case 'human.decision':
      return decisionSteps(detail);
    case 'publish':
      return [publishStep(detail)];
    default:
      return [otherStep(detail)];
  }
}

/** The whole case in the order in which it happened: asked, saw, ran, proposed, changed, approved, published. */
export const caseSteps = (details: readonly LogDetail[]): readonly CaseStep[] =>
  [...details]
    .sort((one, other) => one.row.seq - other.row.seq)
    .flatMap((detail) =>
      stepsOf(detail).map((step, index) => ({
        ...step,
        key: `${detail.row.seq}-${index}`,
        seq: detail.row.seq,
        at: detail.row.at,
      })),
    );
