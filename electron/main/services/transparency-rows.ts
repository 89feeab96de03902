import type { AccountId } from '@shared/domain/ids';
import type { LogRow } from '@shared/ipc/transparency';
import type { EntryRow, EntryView } from '../transparency/reader';

/** Which facts of an entry a ledger line shows, as paths into the entry. Codes and numbers, never free text. */
const FACTS: Readonly<Record<string, readonly string[]>> = {
  'ai.request': [
    'task',
    'trigger',
    'gen_ai.gen_ai.request.model',
    'endpoint.host',
    'endpoint.local',
    'guard.injection_signal_milli',
  ],
  'ai.response': ['status', 'error_type', 'gen_ai.gen_ai.response.model', 'latency_ms', 'model_drift'],
  'ai.blocked': ['task', 'reason'],
  'human.decision': ['decision', 'contribution.class', 'contribution.kept_milli', 'reason'],
  publish: ['origin', 'disclosure.decision', 'disclosure.basis', 'approval'],
  'publish.reverted': ['cause', 'publish'],
  'model.register': ['provider', 'model'],
  'config.change': ['key'],
  'kill.switch': ['state', 'cause', 'aborted', 'latency_ms'],
  incident: ['severity', 'category', 'action'],
  erasure: ['reason'],
  'retention.prune': ['counts.slots', 'counts.entries'],
  export: ['phase', 'target', 'texts', 'names'],
  'gap.found': ['kind', 'seq'],
  'checkpoint.anchor': ['kind', 'size'],
  'log.restored': ['cause'],
  'key.rotate': ['reason'],
};
const ABOUT_MAX = 90;

type Fact = string | number | boolean;

/** Path segments may themselves hold dots (`gen_ai.request.model`), so the longest key that fits is taken. */
function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value;
  if (value === null || typeof value !== 'object') return undefined;
  const record = value as Record<string, unknown>;
  const key = Object.keys(record)
    .filter((name) => path === name || path.startsWith(`${name}.`))
    .sort((a, b) => b.length - a.length)[0];
  return key === undefined ? undefined : valueAt(record[key], path.slice(key.length + 1));
}

const isFact = (value: unknown): value is Fact => ['string', 'number', 'boolean'].includes(typeof value);

/** `gen_ai.gen_ai.request.model` reads as `model` in the ledger: the last word names the fact. */
const factName = (path: string): string => path.split('.').at(-1) ?? path;

export function toLogRow(row: EntryRow, author: string | undefined): LogRow {
  const facts = (FACTS[row.type] ?? []).flatMap((path) => {
    const value = valueAt(row.entry, path);
    return isFact(value) ? [[factName(path), value] as const] : [];
  });
  // What a request sends is marked data; it is read in the entry, not in the ledger.
  const excerpt = row.type === 'ai.request' ? undefined : row.excerpt;
  const about = author ?? excerpt?.replace(/\s+/gu, ' ').slice(0, ABOUT_MAX);
  return {
    seq: row.seq,
    at: Date.parse(row.ts),
    type: row.type,
    actor: row.entry.actor.kind,
    accountId: (row.entry.acct as AccountId | undefined) ?? null,
    facts: Object.fromEntries(facts),
    about: about ?? null,
  };
}

/** The name in an entry's identity slot, as far as it is still kept. */
export const authorOf = (view: EntryView | undefined): string | undefined =>
  view?.slots.author?.text?.split('\n')[0];
