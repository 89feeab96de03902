import type { LogEntry } from '../entry-types';
import type { OpenTexts } from './rows';

/** record.csv: a view for spreadsheets (RFC 4180), not evidence. */
const COLUMNS = [
  'seq',
  'time_utc',
  'type',
  'actor',
  'account',
  'network',
  'task',
  'model',
  'host',
  'on_device',
  'status',
  'decision',
  'kept_from_ai_percent',
  'disclosure',
  'cost_micros',
  'currency',
  'text',
  'hash',
] as const;
type Row = Partial<Record<(typeof COLUMNS)[number], string | number | boolean>>;

/** Spreadsheets run cells that begin like this as formulas; an apostrophe makes them text. */
const FORMULA = /^[=+\-@\t\r]/;

export function csvCell(value: string | number | boolean | undefined): string {
  if (value === undefined) return '';
  const text = String(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const csvLine = (cells: readonly (string | number | boolean | undefined)[]): string =>
  `${cells.map(csvCell).join(',')}\r\n`;
export const csvHead = (): string => csvLine(COLUMNS);

export function csvRow(entry: LogEntry, hash: string, texts: OpenTexts): string {
  const row: Row = {
    seq: entry.seq,
    time_utc: entry.ts,
    type: entry.type,
    actor: entry.actor.kind,
    account: entry.acct,
    network: entry.net,
    text: texts.final ?? texts.output ?? texts.note ?? texts.disclosure_text ?? texts.input_message,
    hash,
    ...detailsOf(entry),
  };
  return csvLine(COLUMNS.map((column) => row[column]));
}

const modelOf = (genAi: Readonly<Record<string, unknown>>, name: string): string | undefined => {
  const value = genAi[name];
  return typeof value === 'string' ? value : undefined;
};

function detailsOf(entry: LogEntry): Row {
  switch (entry.type) {
    case 'ai.request':
      return {
        task: entry.task,
        model: modelOf(entry.gen_ai, 'gen_ai.request.model'),
        host: entry.endpoint.host,
        on_device: entry.endpoint.local,
      };
    case 'ai.response':
      return {
        model: modelOf(entry.gen_ai, 'gen_ai.response.model'),
        status: entry.error_type ? `${entry.status} (${entry.error_type})` : entry.status,
        cost_micros: entry.cost?.micros,
        currency: entry.cost?.ccy,
      };
    case 'ai.blocked':
      return { task: entry.task, status: entry.reason };
    case 'human.decision':
      return {
        decision: entry.decision,
        kept_from_ai_percent: entry.contribution && Math.round(entry.contribution.kept_milli / 10),
      };
    case 'publish':
      return { status: entry.origin, disclosure: entry.disclosure.decision };
    case 'kill.switch':
      return { status: `${entry.scope} ${entry.state}` };
    case 'incident':
      return { status: `${entry.severity} ${entry.category}` };
    default:
      return {};
  }
}
