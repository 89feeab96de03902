import type { LogEntry, LogEntryOf } from '../entry-types';
import type { OpenTexts, RecordRow } from './rows';

/** Counts that the report prints, gathered while the record is written. */
export type Counter = ReadonlyMap<string, number>;

export type ActRow = {
  readonly seq: number;
  readonly ts: string;
  readonly task: string;
  readonly model: string;
  readonly decision?: string;
  readonly keptMilli?: number;
  readonly proposed?: string;
  readonly final?: string;
};

export type Tally = {
  readonly acts: Counter;
  readonly tasks: Counter;
  readonly models: Counter;
  readonly places: Counter;
  readonly prompts: Counter;
  readonly statuses: Counter;
  readonly decisions: Counter;
  readonly contributions: Counter;
  readonly keptMilli: readonly number[];
  readonly origins: Counter;
  readonly disclosures: Counter;
  readonly blocked: Counter;
  readonly incidents: readonly LogEntryOf<'incident'>[];
  readonly killSwitch: readonly LogEntryOf<'kill.switch'>[];
  readonly gaps: Counter;
  readonly restored: readonly LogEntryOf<'log.restored'>[];
  readonly erasures: number;
  readonly prunes: number;
  readonly cost: Counter;
  readonly tokens: { readonly input: number; readonly output: number };
  /** The latest acts, oldest first. */
  readonly latest: readonly ActRow[];
};

export type Tallier = { readonly add: (row: RecordRow) => void; readonly result: () => Tally };

const LATEST = 200;
/** Separates the parts of a counter's key; no code contains it. */
export const PART = '\u241f';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : 'unknown');
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

export function createTallier(): Tallier {
  const counters = {
    acts: new Map<string, number>(),
    tasks: new Map<string, number>(),
    models: new Map<string, number>(),
    places: new Map<string, number>(),
    prompts: new Map<string, number>(),
    statuses: new Map<string, number>(),
    decisions: new Map<string, number>(),
    contributions: new Map<string, number>(),
    origins: new Map<string, number>(),
    disclosures: new Map<string, number>(),
    blocked: new Map<string, number>(),
    gaps: new Map<string, number>(),
    cost: new Map<string, number>(),
  };
  const lists = {
    keptMilli: [] as number[],
    incidents: [] as LogEntryOf<'incident'>[],
    killSwitch: [] as LogEntryOf<'kill.switch'>[],
    restored: [] as LogEntryOf<'log.restored'>[],
  };
  const sums = { erasures: 0, prunes: 0, input: 0, output: 0 };
  const latest = new Map<string, ActRow>();
  const count = (name: keyof typeof counters, key: string, by = 1): void => {
    counters[name].set(key, (counters[name].get(key) ?? 0) + by);
  };

  const request = (entry: LogEntryOf<'ai.request'>): void => {
    const model = textOf(entry.gen_ai['gen_ai.request.model']);
    const place = entry.endpoint.local ? 'this device' : 'outside this device';
    count('tasks', entry.task);
    count('models', [model, entry.endpoint.host, place].join(PART));
    count('places', place);
    count('prompts', [entry.prompt.name, String(entry.prompt.version), entry.prompt.hash].join(PART));
    latest.set(entry.id, { seq: entry.seq, ts: entry.ts, task: entry.task, model });
    const oldest = latest.size > LATEST ? latest.keys().next().value : undefined;
    if (oldest !== undefined) latest.delete(oldest);
  };

  const response = (entry: LogEntryOf<'ai.response'>, texts: OpenTexts): void => {
    count('statuses', entry.error_type ? `${entry.status} (${entry.error_type})` : entry.status);
    sums.input += numberOf(entry.gen_ai['gen_ai.usage.input_tokens']);
    sums.output += numberOf(entry.gen_ai['gen_ai.usage.output_tokens']);
    if (entry.cost) count('cost', [entry.cost.ccy, entry.cost.basis].join(PART), entry.cost.micros);
    amend(entry.ref?.request, texts.output === undefined ? {} : { proposed: texts.output });
  };

  const decision = (entry: LogEntryOf<'human.decision'>, texts: OpenTexts): void => {
    count('decisions', entry.decision);
    if (entry.contribution) {
      count('contributions', entry.contribution.class);
      lists.keptMilli.push(entry.contribution.kept_milli);
    }
    amend(entry.ref?.request, {
      decision: entry.decision,
      ...(entry.contribution ? { keptMilli: entry.contribution.kept_milli } : {}),
      ...(texts.final === undefined ? {} : { final: texts.final }),
    });
  };

  const amend = (id: string | undefined, change: Partial<ActRow>): void => {
    const act = id === undefined ? undefined : latest.get(id);
    if (act && id !== undefined) latest.set(id, { ...act, ...change });
  };

  const other = (entry: LogEntry): void => {
    switch (entry.type) {
      case 'publish':
        count('origins', entry.origin);
        return count(
          'disclosures',
          [
            entry.disclosure.decision,
            entry.disclosure.basis,
            entry.disclosure.visible ? 'visible' : 'not visible',
          ].join(PART),
        );
      case 'ai.blocked':
        return count('blocked', entry.reason);
      case 'gap.found':
        return count('gaps', entry.kind, entry.count ?? 1);
      case 'incident':
        return void lists.incidents.push(entry);
      case 'kill.switch':
        return void lists.killSwitch.push(entry);
      case 'log.restored':
        return void lists.restored.push(entry);
      case 'erasure':
        sums.erasures += entry.erases.length;
        return;
      case 'retention.prune':
        sums.prunes += 1;
        return;
      default:
    }
  };

  return {
    add: ({ entry, texts }) => {
      if (!entry) return;
      count('acts', entry.type);
      if (entry.type === 'ai.request') request(entry);
      else if (entry.type === 'ai.response') response(entry, texts);
      else if (entry.type === 'human.decision') decision(entry, texts);
      else other(entry);
    },
    result: () => ({
      ...counters,
      ...lists,
      erasures: sums.erasures,
      prunes: sums.prunes,
      tokens: { input: sums.input, output: sums.output },
      latest: [...latest.values()].sort((a, b) => a.seq - b.seq),
    }),
  };
}
