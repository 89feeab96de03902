import type { LogRow } from '@shared/ipc/transparency';
import { transparency as texts } from '@/text/en/transparency';
import { t, textLocale } from '@/text/i18n';
import { formatPercent } from '@/ui/format';

/** An entry of the log in words. A code that this version does not know is shown as it is. */

const isKey = <Table extends object>(table: Table, key: unknown): key is keyof Table & string =>
  typeof key === 'string' && Object.hasOwn(table, key);

export const fact = (row: LogRow, name: string): string | undefined => {
  const value = row.facts[name];
  return value === undefined ? undefined : String(value);
};
const count = (row: LogRow, name: string): number | undefined => {
  const value = row.facts[name];
  return typeof value === 'number' ? value : undefined;
};

export const seconds = (ms: number): string =>
  new Intl.NumberFormat(textLocale(), {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  }).format(ms / 1000);

export const taskName = (code: string | undefined): string =>
  isKey(texts.tasks, code) ? t(`transparency.tasks.${code}`) : (code ?? '');

/** Who wrote what was published. */
export const originName = (code: string | undefined): string =>
  isKey(texts.outcome, code) ? t(`transparency.outcome.${code}`) : (code ?? '');

/** "Asked: reply draft", "Approved after editing". */
export function whatOf(row: LogRow): string {
  const decision = fact(row, 'decision');
  if (row.type === 'human.decision' && isKey(texts.decisions, decision))
    return t(`transparency.decisions.${decision}`);
  const type = row.type.replaceAll('.', '_');
  const name = isKey(texts.types, type) ? t(`transparency.types.${type}`) : row.type;
  const task = taskName(fact(row, 'task'));
  return task === '' ? name : `${name}: ${task}`;
}

export function whereOf(row: LogRow): string {
  const model = fact(row, 'model');
  const host = fact(row, 'host');
  if (host === 'on-device') return t('transparency.where.helper');
  if (model === undefined) return '';
  if (row.facts['local'] === true) return t('transparency.where.device', { model });
  return host === undefined ? model : t('transparency.where.host', { model, host });
}

const INJECTION_FROM = 300;

export function outcomeOf(row: LogRow): string {
  switch (row.type) {
    case 'ai.request':
      return (count(row, 'injection_signal_milli') ?? 0) >= INJECTION_FROM
        ? t('transparency.outcome.signal')
        : '';
    case 'ai.response':
      return responseOutcome(row);
    case 'human.decision': {
      const kept = count(row, 'kept_milli');
      return kept === undefined
        ? (fact(row, 'reason') ?? '')
        : t('transparency.outcome.kept', { share: formatPercent(kept) });
    }
    case 'kill.switch': {
      const state = fact(row, 'state');
      return state === 'on' || state === 'off' ? t(`transparency.outcome.${state}`) : '';
    }
    default: {
      const code =
        fact(row, 'origin') ??
        fact(row, 'reason') ??
        fact(row, 'cause') ??
        fact(row, 'kind') ??
        fact(row, 'phase');
      return isKey(texts.outcome, code)
        ? t(`transparency.outcome.${code}`)
        : (code ?? fact(row, 'key') ?? '');
    }
  }
}

function responseOutcome(row: LogRow): string {
  const status = fact(row, 'status');
  if (status === undefined || !isKey(texts.outcome, status)) return status ?? '';
  const said = t(`transparency.outcome.${status}`, {
    time: seconds(count(row, 'latency_ms') ?? 0),
    code: fact(row, 'error_type') ?? '',
  });
  return row.facts['model_drift'] === true ? `${said}, ${t('transparency.outcome.drift')}` : said;
}

export const slotName = (slot: string): string =>
  isKey(texts.slots, slot) && slot !== 'other'
    ? t(`transparency.slots.${slot}`)
    : t('transparency.slots.other', { slot });

/** The kinds of entries that the filter offers, each with its types. */
export const kindTypes = {
  all: [],
  ai: ['ai.request', 'ai.response', 'ai.blocked'],
  decisions: ['human.decision'],
  published: ['publish', 'publish.reverted'],
  controls: ['kill.switch', 'config.change', 'model.register', 'incident'],
  record: [
    'log.genesis',
    'log.restored',
    'key.rotate',
    'erasure',
    'retention.prune',
    'export',
    'gap.found',
    'checkpoint.anchor',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type EntryKind = keyof typeof kindTypes;

/** Why the log does not verify, in words. */
export const brokenReason = (code: string): string =>
  isKey(texts.reasons, code) && code !== 'other'
    ? t(`transparency.reasons.${code}`)
    : t('transparency.reasons.other', { code: code.replaceAll('_', ' ') });
