import type { Database } from './database';
import type { GapKind } from './entry-bodies';
import type { TransparencyLog } from './log';

/** `aiSeq`: the entry that the text came from. What rests on a pruned entry is not asked for its other entries. */
type AiDraftFact = { readonly draft: string; readonly request?: string; readonly aiSeq?: number | null };
type PostFact = {
  /** What was sent to one account: the variant, or our message. `ref.draft` of its publication. */
  readonly draft: string;
  readonly origin: 'human' | 'ai_verbatim' | 'ai_edited' | 'mixed';
  readonly aiSeq?: number | null;
};

/** Whether the log is complete: what should stand in it against what does. Never repairs, only tells. */
export type CoverageFacts = {
  /** Drafts and suggestions that came from a model, with the request that made them. */
  readonly aiDrafts?: () => Iterable<AiDraftFact>;
  /** Posts and replies that a network accepted. */
  readonly posts?: () => Iterable<PostFact>;
  /** Calls to provider hosts that the one HTTP wrapper counted in this run of the process. */
  readonly outboundCalls?: () => number;
};

export type Gap = {
  readonly kind: GapKind;
  readonly seq?: number;
  readonly subject?: string;
  readonly count?: number;
};
export type CoverageResult = {
  /** Covered share in thousandths: 987 reads as 98.7 %. 1000 when there was nothing to check. */
  readonly milli: number;
  readonly checked: number;
  readonly gaps: readonly Gap[];
  /** Answers on which nobody decided yet. An analysis, such as a connection test, asks for no decision. */
  readonly open: number;
  readonly interrupted: number;
};

/** `endpoint.host` of requests that the on-device helper answers without any call. */
export const IN_PROCESS_HOST = 'on-device';

export type CoverageDeps = { readonly db: Database; readonly boot?: string; readonly facts?: CoverageFacts };

type Found = { readonly checked: number; readonly gaps: readonly Gap[] };

export function checkCoverage({ db, boot, facts }: CoverageDeps): CoverageResult {
  const parts: readonly Found[] = [
    requestsHaveAnswers(db, boot),
    publicationsHaveDecisions(db),
    draftsHaveRequests(db, facts?.aiDrafts?.() ?? []),
    postsHavePublications(db, facts?.posts?.() ?? []),
    callsMatchRequests(db, boot, facts?.outboundCalls?.()),
  ];
  const checked = parts.reduce((sum, part) => sum + part.checked, 0);
  const gaps = parts.flatMap((part) => part.gaps);
  const missing = gaps.reduce((sum, gap) => sum + (gap.count ?? 1), 0);
  return {
    milli: checked === 0 ? 1000 : Math.floor((Math.max(0, checked - missing) * 1000) / checked),
    checked,
    gaps,
    open: count(
      db,
      `SELECT count(*) AS n FROM ai_log_entry a WHERE a.type = 'ai.response' AND a.entry ->> '$.status' = 'ok'
      AND NOT EXISTS (SELECT 1 FROM ai_log_entry d WHERE d.type = 'human.decision' AND (d.ref_response = a.id OR d.ref_request = a.ref_request))
      AND NOT EXISTS (SELECT 1 FROM ai_log_entry q WHERE q.id = a.ref_request AND q.entry ->> '$.task_class' = 'analysis')`,
    ),
    interrupted: count(
      db,
      `SELECT count(*) AS n FROM ai_log_entry WHERE type = 'ai.response' AND entry ->> '$.error_type' = 'interrupted'`,
    ),
  };
}

const count = (db: Database, sql: string): number =>
  db.prepare<[], { readonly n: number }>(sql).get()?.n ?? 0;

function requestsHaveAnswers(db: Database, boot: string | undefined): Found {
  const gaps = db
    .prepare<[string], { readonly seq: number }>(
      `SELECT q.seq FROM ai_log_entry q WHERE q.type = 'ai.request' AND q.entry ->> '$.boot' <> ?
        AND NOT EXISTS (SELECT 1 FROM ai_log_entry a WHERE a.ref_request = q.id AND a.type = 'ai.response')`,
    )
    .all(boot ?? '');
  return {
    checked: count(db, "SELECT count(*) AS n FROM ai_log_entry WHERE type = 'ai.request'"),
    gaps: gaps.map(({ seq }) => ({ kind: 'request_without_response', seq })),
  };
}

/** The approval of an AI text must be a person's decision that stands in the log, before the publication. */
function publicationsHaveDecisions(db: Database): Found {
  const gaps = db
    .prepare<[], { readonly seq: number }>(
      `SELECT p.seq FROM ai_log_entry p WHERE p.type = 'publish' AND p.entry ->> '$.origin' <> 'human'
        AND NOT EXISTS (SELECT 1 FROM ai_log_entry d WHERE d.type = 'human.decision' AND d.seq < p.seq
          AND (d.seq = p.entry ->> '$.approval' OR d.id = p.ref_decision))
        AND COALESCE(p.entry ->> '$.approval', 0) > COALESCE((SELECT MAX(upto_seq) FROM ai_log_prune), 0)`,
    )
    .all();
  return {
    checked: count(
      db,
      "SELECT count(*) AS n FROM ai_log_entry WHERE type = 'publish' AND entry ->> '$.origin' <> 'human'",
    ),
    gaps: gaps.map(({ seq }) => ({ kind: 'post_without_decision', seq })),
  };
}

function draftsHaveRequests(db: Database, drafts: Iterable<AiDraftFact>): Found {
  const request = db.prepare("SELECT 1 FROM ai_log_entry WHERE id = ? AND type = 'ai.request'");
  const isPruned = pruned(db);
  return collect(drafts, ({ draft, request: id, aiSeq }) =>
    isPruned(aiSeq) || (id !== undefined && request.get(id) !== undefined)
      ? undefined
      : { kind: 'draft_without_request', subject: draft },
  );
}

function postsHavePublications(db: Database, posts: Iterable<PostFact>): Found {
  const publication = db.prepare("SELECT 1 FROM ai_log_entry WHERE ref_draft = ? AND type = 'publish'");
  const isPruned = pruned(db);
  return collect(posts, ({ draft, origin, aiSeq }) =>
    origin === 'human' || isPruned(aiSeq) || publication.get(draft) !== undefined
      ? undefined
      : { kind: 'post_without_publish', subject: draft },
  );
}

function pruned(db: Database): (seq: number | null | undefined) => boolean {
  const upTo = count(db, 'SELECT COALESCE(MAX(upto_seq), 0) AS n FROM ai_log_prune');
  return (seq) => typeof seq === 'number' && seq <= upTo;
}

function collect<T>(items: Iterable<T>, check: (item: T) => Gap | undefined): Found {
  const gaps: Gap[] = [];
  let checked = 0;
  for (const item of items) {
    checked += 1;
    const gap = check(item);
    if (gap) gaps.push(gap);
  }
  return { checked, gaps };
}

function callsMatchRequests(db: Database, boot: string | undefined, calls: number | undefined): Found {
  if (calls === undefined || boot === undefined) return { checked: 0, gaps: [] };
  const requests = db
    .prepare<[string, string], { readonly n: number }>(
      `SELECT count(*) AS n FROM ai_log_entry WHERE type = 'ai.request' AND entry ->> '$.boot' = ? AND entry ->> '$.endpoint.host' <> ?`,
    )
    .get(boot, IN_PROCESS_HOST);
  const unlogged = calls - (requests?.n ?? 0);
  return { checked: calls, gaps: unlogged > 0 ? [{ kind: 'calls_differ', count: unlogged }] : [] };
}

/** Writes gap.found for gaps that the log does not name yet. Returns how many were new. */
export function recordGaps(log: TransparencyLog, result: CoverageResult): number {
  const known = new Set<string>();
  let before: number | undefined;
  do {
    const page = log.entries({ types: ['gap.found'], limit: 500, before });
    for (const { entry } of page.items)
      if (entry.type === 'gap.found') known.add(gapKey({ ...entry, seq: entry.at_seq }));
    before = page.next;
  } while (before !== undefined);
  const fresh = result.gaps.filter((gap) => !known.has(gapKey(gap)));
  if (fresh.length === 0) return 0;
  log.durably(() => {
    for (const { kind, seq, subject, count: n } of fresh) {
      log.append({
        type: 'gap.found',
        actor: { kind: 'system', ref: 'coverage' },
        kind,
        at_seq: seq,
        subject,
        count: n,
      });
    }
  });
  return fresh.length;
}

const gapKey = (gap: Gap): string => [gap.kind, gap.seq ?? '', gap.subject ?? '', gap.count ?? ''].join(' ');
