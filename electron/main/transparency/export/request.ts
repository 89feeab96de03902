import { isStructural } from '../entry-parts';

/** What a record is to contain. Times are UTC ms; `to` is exclusive. */
export type ExportFilter = { readonly account?: string; readonly from?: number; readonly to?: number };

export type ExportRequest = ExportFilter & {
  /** Printed in the report and used for the name. */
  readonly accountLabel?: string;
  /** Own texts and other people's texts. */
  readonly texts: boolean;
  /** Slots that name people. */
  readonly names: boolean;
  readonly target: { readonly kind: 'folder' | 'zip'; readonly dir: string };
  /** IANA zone for the times printed in the report; UTC when absent. */
  readonly zone?: string;
  /** Random id of who asked, from `log.subject('reviewer', ...)`. */
  readonly actor: string;
};

export type ExportProgress = {
  readonly done: number;
  readonly total: number;
  readonly step: 'entries' | 'files' | 'zip';
};

export type ExportResult = {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly full: number;
  readonly stubs: number;
  readonly erased: number;
  readonly withheld: number;
  readonly signed: boolean;
  readonly manifestSha256: string;
  readonly checkWords: readonly string[];
};

type Shown = { readonly type: string; readonly acct: string | null; readonly ts: string };

/**
 * Entries that explain the chain are always shown; exports for other clients are not theirs to see. An entry
 * without an account concerns the whole installation.
 */
export function createFilter(filter: ExportFilter): (row: Shown) => boolean {
  const from = filter.from === undefined ? '' : new Date(filter.from).toISOString();
  const to = filter.to === undefined ? '~' : new Date(filter.to).toISOString();
  return ({ type, acct, ts }) => {
    const theirs = filter.account === undefined || acct === null || acct === filter.account;
    if (isStructural(type)) return type !== 'export' || theirs;
    return theirs && ts >= from && ts < to;
  };
}

const slug = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export function recordName(request: ExportRequest, now: number, size: number): string {
  const account = request.account === undefined ? 'all' : slug(request.accountLabel ?? '') || 'account';
  const from = request.from === undefined ? 'start' : day(request.from);
  const to = day(request.to === undefined ? now : request.to - 1);
  return `ai-record_${account}_${from}_${to}_${size}`;
}
