import type { Database } from './database';
import type { TransparencyLog } from './log';

/** Requests that no answer belongs to. Those of this run may still be in flight. */
const UNANSWERED = `SELECT q.id, q.acct FROM ai_log_entry q
  WHERE q.type = 'ai.request' AND q.entry ->> '$.boot' <> ?
    AND NOT EXISTS (SELECT 1 FROM ai_log_entry a WHERE a.ref_request = q.id AND a.type = 'ai.response')
  ORDER BY q.seq`;

/**
 * Gives every request of an earlier run that was cut off by a crash its answer: status error, type interrupted.
 * At start, before AI is available. Returns how many there were.
 */
export function closeInterrupted(deps: { readonly log: TransparencyLog; readonly db: Database }): number {
  const { log, db } = deps;
  const open = db
    .prepare<[string], { readonly id: string; readonly acct: string | null }>(UNANSWERED)
    .all(log.boot);
  if (open.length === 0) return 0;
  log.durably(() => {
    for (const { id, acct } of open) {
      log.append({
        type: 'ai.response',
        actor: { kind: 'system', ref: 'app' },
        ...(acct === null ? {} : { acct }),
        ref: { request: id },
        status: 'error',
        error_type: 'interrupted',
        gen_ai: {},
        latency_ms: 0,
        model_drift: false,
      });
    }
  });
  return open.length;
}
