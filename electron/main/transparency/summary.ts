import type { Database } from './database';

export type ModelUse = {
  readonly name: string;
  readonly host: string;
  readonly local: boolean;
  readonly firstUsedAt: number;
  readonly acts: number;
};
export type PromptUse = {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  readonly acts: number;
};
export type HostUse = {
  readonly host: string;
  readonly local: boolean;
  readonly acts: number;
  readonly lastAt: number;
  /** What was replaced by placeholders before it left, by type. */
  readonly redactions: Readonly<Record<string, number>>;
};

export type LogSummary = {
  /** Median share of words kept from the AI's drafts, thousandths; null while no draft was approved. */
  readonly keptMedian: () => number | null;
  /** Publications of AI text without a person's decision before them. Must be 0. */
  readonly sentWithoutPerson: () => number;
  readonly models: () => readonly ModelUse[];
  readonly prompts: () => readonly PromptUse[];
  readonly hosts: () => readonly HostUse[];
};

/** Questions about the whole log, for the headers of the Transparency view. Instants are UTC ms. */
export function createLogSummary(db: Database): LogSummary {
  const kept = db.prepare<[], { kept: number }>(
    `SELECT entry ->> '$.contribution.kept_milli' AS kept FROM ai_log_entry
     WHERE type = 'human.decision' AND entry ->> '$.contribution.kept_milli' IS NOT NULL ORDER BY kept
     LIMIT 1 OFFSET (SELECT count(*) / 2 FROM ai_log_entry WHERE type = 'human.decision' AND entry ->> '$.contribution.kept_milli' IS NOT NULL)`,
  );
  const alone = db.prepare<[], { n: number }>(
    `SELECT count(*) AS n FROM ai_log_entry p WHERE p.type = 'publish' AND p.entry ->> '$.origin' <> 'human' AND NOT EXISTS (
       SELECT 1 FROM ai_log_entry d WHERE d.seq = p.entry ->> '$.approval' AND d.type = 'human.decision' AND d.seq < p.seq)`,
  );
  const models = db.prepare<[], { name: string; host: string; local: number; first: string; acts: number }>(
    `SELECT entry ->> '$.gen_ai."gen_ai.request.model"' AS name, entry ->> '$.endpoint.host' AS host, entry ->> '$.endpoint.local' AS local,
            MIN(ts) AS first, count(*) AS acts
     FROM ai_log_entry WHERE type = 'ai.request' AND name IS NOT NULL GROUP BY name, host ORDER BY acts DESC`,
  );
  const prompts = db.prepare<[], PromptUse>(
    `SELECT entry ->> '$.prompt.name' AS name, entry ->> '$.prompt.version' AS version, entry ->> '$.prompt.hash' AS hash, count(*) AS acts
     FROM ai_log_entry WHERE type = 'ai.request' GROUP BY 1, 2, 3 ORDER BY acts DESC`,
  );
  const hosts = db.prepare<[], { host: string; local: number; acts: number; last: string }>(
    `SELECT entry ->> '$.endpoint.host' AS host, entry ->> '$.endpoint.local' AS local, count(*) AS acts, MAX(ts) AS last
     FROM ai_log_entry WHERE type = 'ai.request' GROUP BY host ORDER BY local, acts DESC`,
  );
  const redactions = db.prepare<[string], { kind: string; n: number }>(
    `SELECT counted.key AS kind, SUM(counted.value) AS n FROM ai_log_entry e, json_each(e.entry, '$.redaction.counts') AS counted
     WHERE e.type = 'ai.request' AND e.entry ->> '$.endpoint.host' = ? GROUP BY 1`,
  );
  return {
    keptMedian: () => kept.get()?.kept ?? null,
    sentWithoutPerson: () => alone.get()?.n ?? 0,
    models: () =>
      models.all().map(({ local, first, ...rest }) => ({
        ...rest,
        local: local === 1,
        firstUsedAt: Date.parse(first),
      })),
    prompts: () => prompts.all(),
    hosts: () =>
      hosts.all().map(({ host, local, acts, last }) => ({
        host,
        local: local === 1,
        acts,
        lastAt: Date.parse(last),
        redactions: Object.fromEntries(redactions.all(host).map(({ kind, n }) => [kind, n])),
      })),
  };
}
