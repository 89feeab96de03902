-- The transparency log. Append-only by trigger: what is removed is removed under a record that stays.

-- Spine: never deleted. 64 bytes a row, no personal data.
CREATE TABLE ai_log (
  seq INTEGER PRIMARY KEY,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  prev BLOB NOT NULL CHECK (length(prev) = 32)
) STRICT;

-- Canonical entry text, no personal text in it. Removable only under a prune record.
-- The generated columns are views of the text for look-ups; the text alone is evidence.
CREATE TABLE ai_log_entry (
  seq INTEGER PRIMARY KEY REFERENCES ai_log (seq),
  ts TEXT NOT NULL,
  type TEXT NOT NULL,
  entry TEXT NOT NULL,
  id TEXT GENERATED ALWAYS AS (entry ->> '$.id') VIRTUAL,
  acct TEXT GENERATED ALWAYS AS (entry ->> '$.acct') VIRTUAL,
  ref_request TEXT GENERATED ALWAYS AS (entry ->> '$.ref.request') VIRTUAL,
  ref_response TEXT GENERATED ALWAYS AS (entry ->> '$.ref.response') VIRTUAL,
  ref_decision TEXT GENERATED ALWAYS AS (entry ->> '$.ref.decision') VIRTUAL,
  ref_draft TEXT GENERATED ALWAYS AS (entry ->> '$.ref.draft') VIRTUAL,
  ref_post TEXT GENERATED ALWAYS AS (entry ->> '$.ref.post') VIRTUAL,
  is_local INTEGER GENERATED ALWAYS AS (entry ->> '$.endpoint.local') VIRTUAL,
  cost_ccy TEXT GENERATED ALWAYS AS (entry ->> '$.cost.ccy') VIRTUAL,
  cost_basis TEXT GENERATED ALWAYS AS (entry ->> '$.cost.basis') VIRTUAL,
  cost_micros INTEGER GENERATED ALWAYS AS (entry ->> '$.cost.micros') VIRTUAL,
  tokens_in INTEGER GENERATED ALWAYS AS (entry ->> '$.gen_ai."gen_ai.usage.input_tokens"') VIRTUAL,
  tokens_out INTEGER GENERATED ALWAYS AS (entry ->> '$.gen_ai."gen_ai.usage.output_tokens"') VIRTUAL
) STRICT;
CREATE UNIQUE INDEX ai_log_entry_id ON ai_log_entry (id);
-- Sums over a period are read from these three alone.
CREATE INDEX ai_log_entry_ts ON ai_log_entry (ts, acct, type);
CREATE INDEX ai_log_entry_asked ON ai_log_entry (ts, acct, is_local) WHERE type = 'ai.request';
CREATE INDEX ai_log_entry_answered ON ai_log_entry (ts, acct, cost_ccy, cost_basis, cost_micros, tokens_in, tokens_out)
  WHERE type = 'ai.response';
CREATE INDEX ai_log_entry_type ON ai_log_entry (type, seq);
CREATE INDEX ai_log_entry_acct ON ai_log_entry (acct, seq) WHERE acct IS NOT NULL;
CREATE INDEX ai_log_entry_request ON ai_log_entry (ref_request) WHERE ref_request IS NOT NULL;
CREATE INDEX ai_log_entry_response ON ai_log_entry (ref_response) WHERE ref_response IS NOT NULL;
CREATE INDEX ai_log_entry_decision ON ai_log_entry (ref_decision) WHERE ref_decision IS NOT NULL;
CREATE INDEX ai_log_entry_draft ON ai_log_entry (ref_draft) WHERE ref_draft IS NOT NULL;
CREATE INDEX ai_log_entry_post ON ai_log_entry (ref_post) WHERE ref_post IS NOT NULL;

-- Committed content: every personal or free text. Removable only under an erasure or prune record.
-- `id` exists for the search index, which needs a row number that VACUUM keeps.
CREATE TABLE ai_log_content (
  id INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL REFERENCES ai_log (seq),
  slot TEXT NOT NULL,
  cls TEXT NOT NULL CHECK (cls IN ('own', 'third_party', 'identity')),
  subj TEXT,
  salt BLOB NOT NULL CHECK (length(salt) = 32),
  body TEXT NOT NULL,
  UNIQUE (seq, slot)
) STRICT;
CREATE INDEX ai_log_content_subj ON ai_log_content (subj) WHERE subj IS NOT NULL;
CREATE INDEX ai_log_content_cls ON ai_log_content (cls, seq);

CREATE TABLE ai_log_erasure (
  seq INTEGER NOT NULL,
  slot TEXT NOT NULL,
  by_seq INTEGER NOT NULL REFERENCES ai_log (seq),
  PRIMARY KEY (seq, slot)
) STRICT;
CREATE TABLE ai_log_prune (
  upto_seq INTEGER PRIMARY KEY,
  by_seq INTEGER NOT NULL REFERENCES ai_log (seq)
) STRICT;
-- Content of one class up to a sequence number, removed by retention before its entries are.
CREATE TABLE ai_log_content_prune (
  cls TEXT NOT NULL CHECK (cls IN ('own', 'third_party', 'identity')),
  upto_seq INTEGER NOT NULL,
  by_seq INTEGER NOT NULL REFERENCES ai_log (seq),
  PRIMARY KEY (cls, upto_seq)
) STRICT;
CREATE TABLE ai_log_checkpoint (
  size INTEGER PRIMARY KEY,
  note TEXT NOT NULL,
  sshsig TEXT NOT NULL, -- empty: declared unsigned
  tsr BLOB
) STRICT;

-- Who a random subject id stands for, and which entries concern them. Deletable: erasing a person starts here.
CREATE TABLE ai_log_subject (
  subj TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  UNIQUE (kind, key)
) STRICT;
CREATE TABLE ai_log_about (
  subj TEXT NOT NULL,
  seq INTEGER NOT NULL REFERENCES ai_log (seq),
  PRIMARY KEY (subj, seq)
) STRICT, WITHOUT ROWID;
-- Legal hold: retention passes these over. Placing and lifting are config.change entries.
CREATE TABLE ai_log_hold (
  id TEXT PRIMARY KEY,
  scope TEXT NOT NULL CHECK (scope IN ('account', 'subject')),
  ref TEXT NOT NULL,
  since INTEGER NOT NULL,
  UNIQUE (scope, ref)
) STRICT;

-- Full text search. secure-delete: a term of an erased text leaves the index at once, not at the next merge.
CREATE VIRTUAL TABLE ai_log_search USING fts5 (
  body, content = 'ai_log_content', content_rowid = 'id', tokenize = 'trigram remove_diacritics 1'
);
INSERT INTO ai_log_search (ai_log_search, rank) VALUES ('secure-delete', 1);

-- INSERT OR REPLACE deletes without firing DELETE triggers unless recursive_triggers=ON, so every insert is guarded too.
CREATE TRIGGER ai_log_ins BEFORE INSERT ON ai_log BEGIN
  SELECT RAISE(ABORT, 'ai_log: seq must be head+1') WHERE NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM ai_log);
  SELECT RAISE(ABORT, 'ai_log: prev must be head hash') WHERE NEW.prev IS NOT COALESCE((SELECT hash FROM ai_log ORDER BY seq DESC LIMIT 1), zeroblob(32));
END;
CREATE TRIGGER ai_log_upd BEFORE UPDATE ON ai_log BEGIN SELECT RAISE(ABORT, 'ai_log is append-only'); END;
CREATE TRIGGER ai_log_del BEFORE DELETE ON ai_log BEGIN SELECT RAISE(ABORT, 'ai_log is append-only'); END;

CREATE TRIGGER ai_ent_ins BEFORE INSERT ON ai_log_entry
  WHEN NEW.seq IS NOT (SELECT MAX(seq) FROM ai_log)
    OR EXISTS (SELECT 1 FROM ai_log_entry e WHERE e.seq = NEW.seq)
    OR EXISTS (SELECT 1 FROM ai_log_entry e WHERE e.id = (NEW.entry ->> '$.id'))
  BEGIN SELECT RAISE(ABORT, 'ai_log_entry: only once, with the head'); END;
CREATE TRIGGER ai_ent_upd BEFORE UPDATE ON ai_log_entry BEGIN SELECT RAISE(ABORT, 'ai_log_entry is write-once'); END;
CREATE TRIGGER ai_ent_del BEFORE DELETE ON ai_log_entry
  WHEN OLD.seq > COALESCE((SELECT MAX(upto_seq) FROM ai_log_prune), 0)
    OR OLD.type IN ('log.genesis', 'log.restored', 'key.rotate', 'erasure', 'retention.prune', 'checkpoint.anchor', 'export')
  BEGIN SELECT RAISE(ABORT, 'ai_log_entry: removal only under a prune record'); END;

CREATE TRIGGER ai_con_ins BEFORE INSERT ON ai_log_content
  WHEN NEW.seq IS NOT (SELECT MAX(seq) FROM ai_log)
    OR EXISTS (SELECT 1 FROM ai_log_content c WHERE c.seq = NEW.seq AND c.slot = NEW.slot)
    OR EXISTS (SELECT 1 FROM ai_log_content c WHERE c.id = NEW.id)
    OR EXISTS (SELECT 1 FROM ai_log_erasure e WHERE e.seq = NEW.seq AND e.slot = NEW.slot)
  BEGIN SELECT RAISE(ABORT, 'ai_log_content: only once, with the head'); END;
CREATE TRIGGER ai_con_upd BEFORE UPDATE ON ai_log_content BEGIN SELECT RAISE(ABORT, 'ai_log_content is write-once'); END;
CREATE TRIGGER ai_con_del BEFORE DELETE ON ai_log_content
  WHEN NOT EXISTS (SELECT 1 FROM ai_log_erasure e WHERE e.seq = OLD.seq AND e.slot = OLD.slot)
    AND OLD.seq > COALESCE((SELECT MAX(upto_seq) FROM ai_log_content_prune WHERE cls = OLD.cls), 0)
    AND OLD.seq > COALESCE((SELECT MAX(upto_seq) FROM ai_log_prune), 0)
  BEGIN SELECT RAISE(ABORT, 'ai_log_content: removal only under an erasure or prune record'); END;
CREATE TRIGGER ai_con_search_ins AFTER INSERT ON ai_log_content BEGIN
  INSERT INTO ai_log_search (rowid, body) VALUES (NEW.id, NEW.body);
END;
CREATE TRIGGER ai_con_search_del AFTER DELETE ON ai_log_content BEGIN
  INSERT INTO ai_log_search (ai_log_search, rowid, body) VALUES ('delete', OLD.id, OLD.body);
END;

CREATE TRIGGER ai_era_ins BEFORE INSERT ON ai_log_erasure
  WHEN NEW.by_seq IS NOT (SELECT MAX(seq) FROM ai_log)
    OR NEW.seq >= NEW.by_seq
    OR (SELECT type FROM ai_log_entry WHERE seq = NEW.by_seq) IS NOT 'erasure'
    OR EXISTS (SELECT 1 FROM ai_log_erasure e WHERE e.seq = NEW.seq AND e.slot = NEW.slot)
  BEGIN SELECT RAISE(ABORT, 'ai_log_erasure: once, with its erasure entry at the head'); END;
CREATE TRIGGER ai_era_upd BEFORE UPDATE ON ai_log_erasure BEGIN SELECT RAISE(ABORT, 'ai_log_erasure is append-only'); END;
CREATE TRIGGER ai_era_del BEFORE DELETE ON ai_log_erasure BEGIN SELECT RAISE(ABORT, 'ai_log_erasure is append-only'); END;

CREATE TRIGGER ai_pru_ins BEFORE INSERT ON ai_log_prune
  WHEN NEW.by_seq IS NOT (SELECT MAX(seq) FROM ai_log)
    OR NEW.upto_seq >= NEW.by_seq
    OR (SELECT type FROM ai_log_entry WHERE seq = NEW.by_seq) IS NOT 'retention.prune'
    OR EXISTS (SELECT 1 FROM ai_log_prune p WHERE p.upto_seq = NEW.upto_seq)
  BEGIN SELECT RAISE(ABORT, 'ai_log_prune: once, with its retention.prune entry at the head'); END;
CREATE TRIGGER ai_pru_upd BEFORE UPDATE ON ai_log_prune BEGIN SELECT RAISE(ABORT, 'ai_log_prune is append-only'); END;
CREATE TRIGGER ai_pru_del BEFORE DELETE ON ai_log_prune BEGIN SELECT RAISE(ABORT, 'ai_log_prune is append-only'); END;

CREATE TRIGGER ai_cpr_ins BEFORE INSERT ON ai_log_content_prune
  WHEN NEW.by_seq IS NOT (SELECT MAX(seq) FROM ai_log)
    OR NEW.upto_seq >= NEW.by_seq
    OR (SELECT type FROM ai_log_entry WHERE seq = NEW.by_seq) IS NOT 'retention.prune'
    OR EXISTS (SELECT 1 FROM ai_log_content_prune p WHERE p.cls = NEW.cls AND p.upto_seq = NEW.upto_seq)
  BEGIN SELECT RAISE(ABORT, 'ai_log_content_prune: once, with its retention.prune entry at the head'); END;
CREATE TRIGGER ai_cpr_upd BEFORE UPDATE ON ai_log_content_prune BEGIN SELECT RAISE(ABORT, 'ai_log_content_prune is append-only'); END;
CREATE TRIGGER ai_cpr_del BEFORE DELETE ON ai_log_content_prune BEGIN SELECT RAISE(ABORT, 'ai_log_content_prune is append-only'); END;

CREATE TRIGGER ai_chk_ins BEFORE INSERT ON ai_log_checkpoint
  WHEN NEW.size > COALESCE((SELECT MAX(seq) FROM ai_log), 0)
    OR NEW.size <= COALESCE((SELECT MAX(size) FROM ai_log_checkpoint), 0)
  BEGIN SELECT RAISE(ABORT, 'ai_log_checkpoint: sizes rise and stay within the log'); END;
CREATE TRIGGER ai_chk_upd BEFORE UPDATE OF size, note, sshsig ON ai_log_checkpoint BEGIN SELECT RAISE(ABORT, 'ai_log_checkpoint is append-only'); END;
CREATE TRIGGER ai_chk_tsr BEFORE UPDATE OF tsr ON ai_log_checkpoint WHEN OLD.tsr IS NOT NULL BEGIN SELECT RAISE(ABORT, 'ai_log_checkpoint: tsr is write-once'); END;
CREATE TRIGGER ai_chk_del BEFORE DELETE ON ai_log_checkpoint BEGIN SELECT RAISE(ABORT, 'ai_log_checkpoint is append-only'); END;
