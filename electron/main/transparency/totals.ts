import type { Database } from './database';
import type { EntryType } from './entry-types';

export type TotalsQuery = { readonly account?: string; readonly from?: number; readonly to?: number };
export type CostTotal = {
  readonly ccy: string;
  readonly basis: 'reported' | 'estimated' | 'local';
  readonly micros: number;
};
export type Totals = {
  readonly entries: number;
  readonly byType: Partial<Record<EntryType, number>>;
  readonly requests: { readonly device: number; readonly cloud: number };
  readonly tokens: { readonly input: number; readonly output: number };
  readonly cost: readonly CostTotal[];
};

const WITHIN = `(@account IS NULL OR acct = @account) AND ts >= @from AND ts < @to`;

/** Sums over a period for headers and reports, read from covering indexes. */
export function createTotals(db: Database): (query: TotalsQuery) => Totals {
  type Params = { account: string | null; from: string; to: string };
  const types = db.prepare<Params, { type: EntryType; n: number }>(
    `SELECT type, count(*) AS n FROM ai_log_entry WHERE ${WITHIN} GROUP BY type`,
  );
  const places = db.prepare<Params, { local: number; n: number }>(
    `SELECT is_local AS local, count(*) AS n FROM ai_log_entry INDEXED BY ai_log_entry_asked WHERE type = 'ai.request' AND ${WITHIN} GROUP BY is_local`,
  );
  const tokens = db.prepare<Params, { input: number; output: number }>(
    `SELECT COALESCE(SUM(tokens_in), 0) AS input, COALESCE(SUM(tokens_out), 0) AS output
     FROM ai_log_entry INDEXED BY ai_log_entry_answered WHERE type = 'ai.response' AND ${WITHIN}`,
  );
  const costs = db.prepare<Params, CostTotal>(
    `SELECT cost_ccy AS ccy, cost_basis AS basis, SUM(cost_micros) AS micros
     FROM ai_log_entry INDEXED BY ai_log_entry_answered WHERE type = 'ai.response' AND cost_ccy IS NOT NULL AND ${WITHIN} GROUP BY 1, 2 ORDER BY 1, 2`,
  );

  return ({ account, from, to }) => {
    const params: Params = {
      account: account ?? null,
      from: from === undefined ? '' : new Date(from).toISOString(),
      to: to === undefined ? '~' : new Date(to).toISOString(),
    };
    const byType = types.all(params);
    const byPlace = new Map(places.all(params).map(({ local, n }) => [local, n]));
    return {
      entries: byType.reduce((sum, { n }) => sum + n, 0),
      byType: Object.fromEntries(byType.map(({ type, n }) => [type, n])),
      requests: { device: byPlace.get(1) ?? 0, cloud: byPlace.get(0) ?? 0 },
      tokens: tokens.get(params) ?? { input: 0, output: 0 },
      cost: costs.all(params),
    };
  };
}
