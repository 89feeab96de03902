-- Accounts, inbox, posts, media, approvals, jobs. Times are UTC milliseconds; ids are UUIDv7 text.
CREATE TABLE account(
  id TEXT PRIMARY KEY, network TEXT NOT NULL, remote_id TEXT NOT NULL, handle TEXT NOT NULL, display_name TEXT NOT NULL,
  avatar_url TEXT, service_url TEXT NOT NULL, profile_url TEXT, brand TEXT NOT NULL DEFAULT '', voice_notes TEXT NOT NULL DEFAULT '',
  health TEXT NOT NULL DEFAULT 'ok' CHECK(health IN('ok','reconnect','paused')), problem TEXT,
  capabilities TEXT NOT NULL, last_sync_at INTEGER, created_at INTEGER NOT NULL,
  UNIQUE(network, remote_id)) STRICT;
-- ciphertext of the operating system's store; nothing in the clear
CREATE TABLE account_secret(
  account_id TEXT PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE, cipher BLOB NOT NULL, updated_at INTEGER NOT NULL) STRICT;
CREATE TABLE sync_cursor(
  account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE, stream TEXT NOT NULL, cursor TEXT, synced_at INTEGER,
  gap TEXT, PRIMARY KEY(account_id, stream)) STRICT;
CREATE TABLE rate_budget(
  account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE, bucket TEXT NOT NULL, max INTEGER NOT NULL,
  remaining INTEGER NOT NULL, reset_at INTEGER NOT NULL, PRIMARY KEY(account_id, bucket)) STRICT;

CREATE TABLE author(
  id TEXT PRIMARY KEY, network TEXT NOT NULL, remote_id TEXT NOT NULL, handle TEXT NOT NULL, display_name TEXT NOT NULL,
  avatar_url TEXT, first_seen_at INTEGER NOT NULL, UNIQUE(network, remote_id)) STRICT;

CREATE TABLE conversation(
  id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE, remote_key TEXT NOT NULL,
  type TEXT NOT NULL CHECK(type IN('mention','comment','dm')), author_id TEXT NOT NULL REFERENCES author(id), origin TEXT,
  state TEXT NOT NULL DEFAULT 'open' CHECK(state IN('open','snoozed','done')), snoozed_until INTEGER,
  unread INTEGER NOT NULL DEFAULT 0 CHECK(unread >= 0), needs_reply INTEGER NOT NULL DEFAULT 0 CHECK(needs_reply IN(0,1)),
  snippet TEXT NOT NULL DEFAULT '', last_message_at INTEGER NOT NULL, last_incoming_at INTEGER, last_outgoing_at INTEGER, reply_deadline INTEGER,
  delivery TEXT CHECK(delivery IN('queued','sending','failed','needs_check')),
  created_at INTEGER NOT NULL, UNIQUE(account_id, remote_key)) STRICT;
CREATE INDEX conversation_by_state ON conversation(state, last_message_at DESC, id DESC);
CREATE INDEX conversation_needs_reply ON conversation(last_message_at DESC, id DESC) WHERE state = 'open' AND needs_reply = 1;
CREATE INDEX conversation_unread ON conversation(last_message_at DESC, id DESC) WHERE unread > 0 AND state <> 'done';
CREATE INDEX conversation_waiting ON conversation(last_message_at DESC, id DESC) WHERE delivery IS NOT NULL;
CREATE INDEX conversation_sent ON conversation(last_outgoing_at DESC, id DESC) WHERE last_outgoing_at IS NOT NULL;
CREATE INDEX conversation_snoozed ON conversation(snoozed_until) WHERE state = 'snoozed';
CREATE INDEX conversation_by_author ON conversation(author_id);

-- seq rises with created_at, so that the newest hits of a search are its highest row numbers
CREATE TABLE message(
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
  conversation_id TEXT NOT NULL REFERENCES conversation(id) ON DELETE CASCADE,
  account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  remote_id TEXT, ref TEXT, direction TEXT NOT NULL CHECK(direction IN('incoming','outgoing','note')),
  author_id TEXT REFERENCES author(id), text TEXT NOT NULL, lang TEXT, url TEXT, parent_remote_id TEXT, media TEXT,
  created_at INTEGER NOT NULL, received_at INTEGER NOT NULL, unread INTEGER NOT NULL DEFAULT 0 CHECK(unread IN(0,1)),
  context INTEGER NOT NULL DEFAULT 0 CHECK(context IN(0,1)),
  liked INTEGER NOT NULL DEFAULT 0, hidden INTEGER NOT NULL DEFAULT 0, edited_at INTEGER, deleted_at INTEGER,
  sent_from_here INTEGER NOT NULL DEFAULT 0,
  delivery TEXT CHECK(delivery IN('queued','sending','sent','failed','needs_check')), problem TEXT, job_id TEXT,
  origin TEXT NOT NULL DEFAULT 'human' CHECK(origin IN('human','ai_verbatim','ai_edited','mixed')),
  ai_seq INTEGER REFERENCES ai_log(seq), CHECK(origin = 'human' OR ai_seq IS NOT NULL)) STRICT;
CREATE UNIQUE INDEX message_remote ON message(account_id, remote_id) WHERE remote_id IS NOT NULL;
CREATE INDEX message_with_ai ON message(ai_seq) WHERE origin <> 'human';
CREATE INDEX message_in_conversation ON message(conversation_id, created_at DESC, seq DESC);
CREATE INDEX message_by_author ON message(author_id) WHERE author_id IS NOT NULL;
CREATE INDEX message_unread ON message(conversation_id) WHERE unread = 1;
CREATE INDEX message_pending ON message(conversation_id) WHERE delivery IN('queued','sending','failed','needs_check');

-- counters kept by triggers, so that the rail never counts rows
CREATE TABLE inbox_counter(
  account_id TEXT PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE, needs_reply INTEGER NOT NULL DEFAULT 0,
  unread INTEGER NOT NULL DEFAULT 0, open INTEGER NOT NULL DEFAULT 0, snoozed INTEGER NOT NULL DEFAULT 0,
  done INTEGER NOT NULL DEFAULT 0, waiting INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TRIGGER account_counter AFTER INSERT ON account BEGIN INSERT INTO inbox_counter(account_id) VALUES(NEW.id); END;
CREATE TRIGGER conversation_count_ins AFTER INSERT ON conversation BEGIN
  UPDATE inbox_counter SET needs_reply = needs_reply + (NEW.state = 'open' AND NEW.needs_reply), unread = unread + (NEW.unread > 0 AND NEW.state <> 'done'),
    open = open + (NEW.state = 'open'), snoozed = snoozed + (NEW.state = 'snoozed'), done = done + (NEW.state = 'done'),
    waiting = waiting + (NEW.delivery IS NOT NULL) WHERE account_id = NEW.account_id;
END;
CREATE TRIGGER conversation_count_del AFTER DELETE ON conversation BEGIN
  UPDATE inbox_counter SET needs_reply = needs_reply - (OLD.state = 'open' AND OLD.needs_reply), unread = unread - (OLD.unread > 0 AND OLD.state <> 'done'),
    open = open - (OLD.state = 'open'), snoozed = snoozed - (OLD.state = 'snoozed'), done = done - (OLD.state = 'done'),
    waiting = waiting - (OLD.delivery IS NOT NULL) WHERE account_id = OLD.account_id;
END;
CREATE TRIGGER conversation_count_upd AFTER UPDATE OF state, needs_reply, unread, delivery ON conversation
  WHEN OLD.state <> NEW.state OR OLD.needs_reply <> NEW.needs_reply OR (OLD.unread > 0) <> (NEW.unread > 0) OR (OLD.delivery IS NULL) <> (NEW.delivery IS NULL) BEGIN
  UPDATE inbox_counter SET
    needs_reply = needs_reply + (NEW.state = 'open' AND NEW.needs_reply) - (OLD.state = 'open' AND OLD.needs_reply),
    unread = unread + (NEW.unread > 0 AND NEW.state <> 'done') - (OLD.unread > 0 AND OLD.state <> 'done'),
    open = open + (NEW.state = 'open') - (OLD.state = 'open'), snoozed = snoozed + (NEW.state = 'snoozed') - (OLD.state = 'snoozed'),
    done = done + (NEW.state = 'done') - (OLD.state = 'done'), waiting = waiting + (NEW.delivery IS NOT NULL) - (OLD.delivery IS NOT NULL)
    WHERE account_id = NEW.account_id;
END;

CREATE TABLE reply_draft(
  conversation_id TEXT PRIMARY KEY REFERENCES conversation(id) ON DELETE CASCADE, text TEXT NOT NULL, saved_at INTEGER NOT NULL) STRICT;
CREATE TABLE saved_reply(
  id TEXT PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL, account_id TEXT REFERENCES account(id) ON DELETE CASCADE,
  uses INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER) STRICT;
-- what was asked and what a person approved as its answer: the on-device helper looks here
CREATE TABLE answer(
  id INTEGER PRIMARY KEY, message_id TEXT NOT NULL UNIQUE, account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  question TEXT NOT NULL, answer TEXT NOT NULL, approved_at INTEGER NOT NULL) STRICT;

-- full-text search: words for languages with spaces, trigrams for those without (Thai, Lao, Burmese, Khmer, kana,
-- bopomofo, Han, Hangul); the ranges are those of electron/main/db/search-query.ts
CREATE VIRTUAL TABLE message_fts USING fts5(text, content='message', content_rowid='seq', tokenize='unicode61 remove_diacritics 2', prefix='2 3');
CREATE VIRTUAL TABLE message_trigram USING fts5(text, content='message', content_rowid='seq', tokenize='trigram');
-- secure-delete: words of a removed message leave the index at once, not at the next merge
INSERT INTO message_fts(message_fts, rank) VALUES('secure-delete', 1);
INSERT INTO message_trigram(message_trigram, rank) VALUES('secure-delete', 1);
CREATE TRIGGER message_fts_ins AFTER INSERT ON message BEGIN
  INSERT INTO message_fts(rowid, text) VALUES(NEW.seq, NEW.text);
  INSERT INTO message_trigram(rowid, text) SELECT NEW.seq, NEW.text WHERE NEW.text GLOB '*[฀-໿က-႟ក-៿぀-ヿ㄀-ㄯ㐀-䶿一-鿿가-힣豈-﫿𠀀-𿿿]*';
END;
CREATE TRIGGER message_fts_del AFTER DELETE ON message BEGIN
  INSERT INTO message_fts(message_fts, rowid, text) VALUES('delete', OLD.seq, OLD.text);
  INSERT INTO message_trigram(message_trigram, rowid, text) SELECT 'delete', OLD.seq, OLD.text WHERE OLD.text GLOB '*[฀-໿က-႟ក-៿぀-ヿ㄀-ㄯ㐀-䶿一-鿿가-힣豈-﫿𠀀-𿿿]*';
END;
CREATE TRIGGER message_fts_upd AFTER UPDATE OF text ON message BEGIN
  INSERT INTO message_fts(message_fts, rowid, text) VALUES('delete', OLD.seq, OLD.text);
  INSERT INTO message_trigram(message_trigram, rowid, text) SELECT 'delete', OLD.seq, OLD.text WHERE OLD.text GLOB '*[฀-໿က-႟ក-៿぀-ヿ㄀-ㄯ㐀-䶿一-鿿가-힣豈-﫿𠀀-𿿿]*';
  INSERT INTO message_fts(rowid, text) VALUES(NEW.seq, NEW.text);
  INSERT INTO message_trigram(rowid, text) SELECT NEW.seq, NEW.text WHERE NEW.text GLOB '*[฀-໿က-႟ក-៿぀-ヿ㄀-ㄯ㐀-䶿一-鿿가-힣豈-﫿𠀀-𿿿]*';
END;
CREATE VIRTUAL TABLE saved_reply_fts USING fts5(title, body, content='saved_reply', content_rowid='rowid', tokenize='porter unicode61 remove_diacritics 2');
INSERT INTO saved_reply_fts(saved_reply_fts, rank) VALUES('secure-delete', 1);
CREATE TRIGGER saved_reply_fts_ins AFTER INSERT ON saved_reply BEGIN INSERT INTO saved_reply_fts(rowid, title, body) VALUES(NEW.rowid, NEW.title, NEW.body); END;
CREATE TRIGGER saved_reply_fts_del AFTER DELETE ON saved_reply BEGIN INSERT INTO saved_reply_fts(saved_reply_fts, rowid, title, body) VALUES('delete', OLD.rowid, OLD.title, OLD.body); END;
CREATE TRIGGER saved_reply_fts_upd AFTER UPDATE OF title, body ON saved_reply BEGIN
  INSERT INTO saved_reply_fts(saved_reply_fts, rowid, title, body) VALUES('delete', OLD.rowid, OLD.title, OLD.body);
  INSERT INTO saved_reply_fts(rowid, title, body) VALUES(NEW.rowid, NEW.title, NEW.body);
END;
CREATE VIRTUAL TABLE answer_fts USING fts5(question, content='answer', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2');
INSERT INTO answer_fts(answer_fts, rank) VALUES('secure-delete', 1);
CREATE TRIGGER answer_fts_ins AFTER INSERT ON answer BEGIN INSERT INTO answer_fts(rowid, question) VALUES(NEW.id, NEW.question); END;
CREATE TRIGGER answer_fts_del AFTER DELETE ON answer BEGIN INSERT INTO answer_fts(answer_fts, rowid, question) VALUES('delete', OLD.id, OLD.question); END;

CREATE TABLE media(
  id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, mime TEXT NOT NULL, bytes INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
  alt TEXT NOT NULL DEFAULT '', name TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
CREATE TABLE post(
  id TEXT PRIMARY KEY, base TEXT NOT NULL, due_at INTEGER, zone TEXT, missed_policy TEXT NOT NULL, disclosure TEXT NOT NULL,
  origin TEXT NOT NULL DEFAULT 'human' CHECK(origin IN('human','ai_verbatim','ai_edited','mixed')),
  ai_seq INTEGER REFERENCES ai_log(seq), created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER,
  CHECK(origin = 'human' OR ai_seq IS NOT NULL), CHECK((due_at IS NULL) = (zone IS NULL))) STRICT;
CREATE INDEX post_by_due ON post(due_at) WHERE due_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX post_unscheduled ON post(updated_at DESC) WHERE due_at IS NULL AND deleted_at IS NULL;
CREATE TABLE variant(
  id TEXT PRIMARY KEY, post_id TEXT NOT NULL REFERENCES post(id) ON DELETE CASCADE, account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  override TEXT, state TEXT NOT NULL DEFAULT 'draft'
    CHECK(state IN('draft','awaiting_approval','scheduled','publishing','published','failed','needs_check','missed')),
  problem TEXT, published_at INTEGER, remote TEXT, url TEXT, metrics TEXT, UNIQUE(post_id, account_id)) STRICT;
CREATE INDEX variant_by_state ON variant(state, post_id);

-- a person's one-use permission for exact bytes
CREATE TABLE approval(
  id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK(kind IN('publish','reply')), subject_id TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE, content_hash TEXT NOT NULL, content TEXT NOT NULL,
  minted_at INTEGER NOT NULL, expires_at INTEGER, used_at INTEGER, voided_at INTEGER, decision_seq INTEGER REFERENCES ai_log(seq)) STRICT;
CREATE INDEX approval_by_subject ON approval(subject_id);

CREATE TABLE job(
  id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE, kind TEXT NOT NULL,
  subject_id TEXT NOT NULL, lane TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'queued'
    CHECK(state IN('queued','running','waiting','done','failed','unknown','discarded')),
  due_at INTEGER NOT NULL, next_try_at INTEGER, tries INTEGER NOT NULL DEFAULT 0, problem TEXT,
  write TEXT NOT NULL, plan TEXT NOT NULL, checkpoint TEXT NOT NULL DEFAULT '{}', approval_id TEXT REFERENCES approval(id),
  summary TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL, finished_at INTEGER) STRICT;
CREATE INDEX job_due ON job(COALESCE(next_try_at, due_at)) WHERE state IN('queued','waiting');
CREATE INDEX job_open ON job(created_at) WHERE state NOT IN('done','discarded');
CREATE INDEX job_lane ON job(lane, created_at) WHERE state NOT IN('done','discarded');
CREATE INDEX job_subject ON job(subject_id);
-- an approval serves one job: single use even if every check above it failed
CREATE UNIQUE INDEX job_approval ON job(approval_id) WHERE approval_id IS NOT NULL AND state <> 'discarded';

-- one outside write, committed to disk before the request
CREATE TABLE attempt(
  id TEXT PRIMARY KEY, job_id TEXT NOT NULL REFERENCES job(id) ON DELETE CASCADE, step_key TEXT NOT NULL, client_id TEXT,
  state TEXT NOT NULL CHECK(state IN('sending','done','failed','unknown')), started_at INTEGER NOT NULL, finished_at INTEGER,
  problem TEXT, remote TEXT) STRICT;
CREATE INDEX attempt_by_job ON attempt(job_id, started_at);
CREATE INDEX attempt_open ON attempt(state) WHERE state IN('sending','unknown');

CREATE TABLE suggestion(
  id TEXT PRIMARY KEY, task TEXT NOT NULL, subject_id TEXT, source TEXT NOT NULL CHECK(source IN('model','helper')),
  body TEXT NOT NULL, request_seq INTEGER REFERENCES ai_log(seq), response_seq INTEGER REFERENCES ai_log(seq),
  state TEXT NOT NULL DEFAULT 'open' CHECK(state IN('open','inserted','rejected','regenerated','approved')), created_at INTEGER NOT NULL) STRICT;
CREATE INDEX suggestion_by_subject ON suggestion(subject_id, created_at DESC);
CREATE TABLE ai_provider(
  id TEXT PRIMARY KEY, preset TEXT NOT NULL, name TEXT NOT NULL, base_url TEXT NOT NULL, model TEXT NOT NULL, cipher BLOB,
  created_at INTEGER NOT NULL) STRICT;
CREATE TABLE metric_snapshot(
  account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE, remote_id TEXT NOT NULL, at INTEGER NOT NULL,
  metrics TEXT NOT NULL, PRIMARY KEY(account_id, remote_id, at)) STRICT, WITHOUT ROWID;
CREATE TABLE setting(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
