import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commitment, leafHash } from '../../electron/main/transparency/hashes';
import { jcs } from '../../electron/main/transparency/jcs';
import { runVerifyInWorker } from '../../electron/main/transparency/run-verify';
import { verifyLog } from '../../electron/main/transparency/verify';
import createVerifyWorker from '../../electron/main/transparency/verify-worker?nodeWorker';
import {
  appendAct,
  openDatabase,
  openLog,
  requestInput,
  type LogFixture,
  erasureOf,
} from '../unit/transparency/log-fixture';

let fixture: LogFixture;
let db: Database;
beforeEach(() => {
  fixture = openLog();
  db = fixture.db;
  fixture.log.durably(() => {
    for (let i = 0; i < 5; i++) appendAct(fixture.log, {}, `post-${i}`);
  });
});
afterEach(() => fixture.dispose());

const HEAD = '(SELECT MAX(seq) FROM ai_log)';
const NEXT = '(SELECT MAX(seq) + 1 FROM ai_log)';
const HEAD_HASH = '(SELECT hash FROM ai_log ORDER BY seq DESC LIMIT 1)';

/** Each is one statement of somebody who has the database open and no key. */
const attacks: readonly (readonly [string, string])[] = [
  ['update a hash', 'UPDATE ai_log SET hash = zeroblob(32) WHERE seq = 3'],
  ['delete from the spine', 'DELETE FROM ai_log WHERE seq = 3'],
  ['cut the tail of the spine', `DELETE FROM ai_log WHERE seq = ${HEAD}`],
  [
    'replace a spine row',
    'INSERT OR REPLACE INTO ai_log SELECT seq, zeroblob(32), prev FROM ai_log WHERE seq = 3',
  ],
  [
    'upsert a spine row',
    'INSERT INTO ai_log SELECT seq, zeroblob(32), prev FROM ai_log WHERE seq = 3 ON CONFLICT DO UPDATE SET hash = excluded.hash',
  ],
  ['leave a gap', `INSERT INTO ai_log SELECT ${NEXT} + 1, zeroblob(32), ${HEAD_HASH}`],
  ['insert with a wrong prev', `INSERT INTO ai_log SELECT ${NEXT}, zeroblob(32), zeroblob(32)`],
  ['update an entry', "UPDATE ai_log_entry SET entry = replace(entry, 'small-1', 'other') WHERE seq = 2"],
  ['update or replace an entry', 'UPDATE OR REPLACE ai_log_entry SET seq = 3 WHERE seq = 2'],
  ['delete an entry', 'DELETE FROM ai_log_entry WHERE seq = 2'],
  [
    'replace an entry',
    "INSERT OR REPLACE INTO ai_log_entry (seq, ts, type, entry) VALUES (2, 't', 'x', '{}')",
  ],
  [
    'replace an entry by its id',
    `INSERT OR REPLACE INTO ai_log_entry (seq, ts, type, entry) SELECT ${HEAD}, ts, type, entry FROM ai_log_entry WHERE seq = 2`,
  ],
  ['update a text', "UPDATE ai_log_content SET body = 'x' WHERE seq = 2"],
  ['delete a text', 'DELETE FROM ai_log_content WHERE seq = 2'],
  [
    'replace a text',
    "INSERT OR REPLACE INTO ai_log_content (seq, slot, cls, salt, body) VALUES (2, 'prompt', 'own', zeroblob(32), 'x')",
  ],
  [
    'replace a text through its row number',
    `INSERT OR REPLACE INTO ai_log_content (id, seq, slot, cls, salt, body) VALUES (1, ${HEAD}, 'note', 'own', zeroblob(32), 'x')`,
  ],
  [
    'add a text to an old entry',
    "INSERT INTO ai_log_content (seq, slot, cls, salt, body) VALUES (2, 'note', 'own', zeroblob(32), 'x')",
  ],
  ['declare an erasure without its entry', `INSERT INTO ai_log_erasure VALUES (2, 'prompt', ${HEAD})`],
  ['declare a prune without its entry', `INSERT INTO ai_log_prune VALUES (2, ${HEAD})`],
  [
    'declare a prune of texts without its entry',
    `INSERT INTO ai_log_content_prune VALUES ('own', 2, ${HEAD})`,
  ],
  ['checkpoint beyond the head', "INSERT INTO ai_log_checkpoint VALUES (1000, 'x', '', NULL)"],
  [
    'replace a checkpoint',
    "INSERT OR REPLACE INTO ai_log_checkpoint SELECT size, 'x', '', NULL FROM ai_log_checkpoint",
  ],
  ['update a checkpoint', "UPDATE ai_log_checkpoint SET note = 'x'"],
  ['delete a checkpoint', 'DELETE FROM ai_log_checkpoint'],
];

describe('triggers', () => {
  it.each(attacks)('refuse to %s', (_name, sql) => {
    fixture.log.checkpoint();
    const before = db.serialize().toString('base64');
    expect(() => db.exec(sql)).toThrow(
      /append-only|write-once|only once|once, with|head|prune record|sizes rise/,
    );
    expect(db.serialize().toString('base64') === before).toBe(true);
    expect(verifyLog(db)).toMatchObject({ ok: true, size: 21 });
  });

  it('refuse to put an erased text back, to erase twice and to withdraw an erasure', () => {
    const erasure = erasureOf(fixture, db);
    erasure.erase({ slots: [{ seq: 2, slot: 'prompt' }], reason: 'mistake', by: 'u1' });
    const again =
      "INSERT INTO ai_log_content (seq, slot, cls, salt, body) VALUES (2, 'prompt', 'own', zeroblob(32), 'x')";
    expect(() => db.exec(again)).toThrow('only once');
    expect(() => db.exec('UPDATE ai_log_erasure SET seq = 3')).toThrow('append-only');
    expect(() => db.exec('DELETE FROM ai_log_erasure')).toThrow('append-only');
    expect(() =>
      db.exec('INSERT OR REPLACE INTO ai_log_erasure SELECT seq, slot, by_seq FROM ai_log_erasure'),
    ).toThrow('once, with');
    expect(verifyLog(db)).toMatchObject({ ok: true, counts: { erased: 1 } });
  });
});

/** What somebody can do who drops the triggers, acts, and puts the triggers back as they were. */
function withoutTriggers(act: () => void): void {
  const triggers = db
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    .all();
  db.pragma('foreign_keys = OFF');
  triggers.forEach(({ name }) => db.exec(`DROP TRIGGER ${name}`));
  act();
  triggers.forEach(({ sql }) => db.exec(sql));
  db.pragma('foreign_keys = ON');
}

/** Rewrites an entry and every hash after it: what the chain alone cannot see. */
function rewriteFrom(seq: number, change: (entry: Record<string, unknown>) => void): void {
  withoutTriggers(() => {
    const rows = db
      .prepare<[number], { seq: number; entry: string }>(
        'SELECT seq, entry FROM ai_log_entry WHERE seq >= ? ORDER BY seq',
      )
      .all(seq);
    let prev =
      db.prepare<[number], { hash: Buffer }>('SELECT hash FROM ai_log WHERE seq = ?').get(seq - 1)?.hash ??
      Buffer.alloc(32);
    for (const row of rows) {
      const entry = JSON.parse(row.entry) as Record<string, unknown>;
      if (row.seq === seq) change(entry);
      entry['prev'] = prev.toString('hex');
      const text = jcs(entry);
      const hash = Buffer.from(leafHash(text));
      db.prepare('UPDATE ai_log_entry SET entry = ? WHERE seq = ?').run(text, row.seq);
      db.prepare('UPDATE ai_log SET hash = ?, prev = ? WHERE seq = ?').run(hash, prev, row.seq);
      prev = hash;
    }
  });
}

describe('verification', () => {
  it('passes an untouched log and reports its progress', () => {
    fixture.log.checkpoint();
    const seen: number[] = [];
    const result = verifyLog(db, {
      head: fixture.log.head(),
      key: fixture.log.publicKey()?.raw,
      onProgress: (done) => seen.push(done),
    });
    expect(result).toMatchObject({
      ok: true,
      size: 21,
      counts: { entries: 21, contents: 35, checkpoints: 1, signed: 1 },
    });
    expect(seen).toEqual([21]);
  });

  it.each([
    [
      'an entry was edited',
      "UPDATE ai_log_entry SET entry = replace(entry, 'small-1', 'other') WHERE seq = 6",
      6,
      'entry_changed',
    ],
    ['an entry was deleted', 'DELETE FROM ai_log_entry WHERE seq = 7', 7, 'entry_missing'],
    ['a spine row was deleted', 'DELETE FROM ai_log WHERE seq = 7', 7, 'gap'],
    ['a hash was edited', 'UPDATE ai_log SET hash = zeroblob(32) WHERE seq = 4', 4, 'entry_changed'],
    ['a prev was edited', 'UPDATE ai_log SET prev = zeroblob(32) WHERE seq = 4', 4, 'chain'],
    ['a text was edited', "UPDATE ai_log_content SET body = body || '!' WHERE seq = 3", 3, 'content_changed'],
    ['a text was deleted', 'DELETE FROM ai_log_content WHERE seq = 2', 2, 'content_missing'],
    [
      'the class of a text was changed',
      "UPDATE ai_log_content SET cls = 'own' WHERE seq = 2",
      2,
      'content_changed',
    ],
    [
      'a text was added',
      "INSERT INTO ai_log_content (seq, slot, cls, salt, body) VALUES (2, 'note', 'own', zeroblob(32), 'x')",
      2,
      'content_unbound',
    ],
    [
      'the time column was changed',
      "UPDATE ai_log_entry SET ts = '2020-01-01T00:00:00.000Z' WHERE seq = 5",
      5,
      'entry_misplaced',
    ],
    [
      'a removal was smuggled in',
      "INSERT INTO ai_log_erasure VALUES (2, 'prompt', 3)",
      3,
      'removal_undeclared',
    ],
    [
      'a checkpoint was edited',
      "UPDATE ai_log_checkpoint SET note = replace(note, '21', '22')",
      21,
      'checkpoint',
    ],
    ['a checkpoint was half unsigned', "UPDATE ai_log_checkpoint SET sshsig = ''", 21, 'checkpoint'],
  ])('names the place where %s', (_name, sql, seq, reason) => {
    fixture.log.checkpoint();
    withoutTriggers(() => db.exec(sql));
    expect(verifyLog(db)).toMatchObject({ ok: false, firstBad: seq, reason });
  });

  it('names the first of two entries that changed places', () => {
    withoutTriggers(() => {
      db.exec(
        'CREATE TEMP TABLE swap AS SELECT * FROM ai_log_entry WHERE seq IN (6, 7); DELETE FROM ai_log_entry WHERE seq IN (6, 7)',
      );
      db.exec('INSERT INTO ai_log_entry (seq, ts, type, entry) SELECT 13 - seq, ts, type, entry FROM swap');
    });
    expect(verifyLog(db)).toMatchObject({ ok: false, firstBad: 6, reason: 'entry_changed' });
  });

  it('finds a chain rewritten as a whole by the next checkpoint after it', () => {
    fixture.log.checkpoint();
    appendAct(fixture.log);
    rewriteFrom(6, (entry) => (entry['task'] = 'translate'));
    expect(verifyLog(db)).toMatchObject({ ok: false, firstBad: 21, reason: 'checkpoint' });
  });

  it('finds a rewritten end after the last checkpoint by the head that is known outside', () => {
    fixture.log.checkpoint();
    appendAct(fixture.log);
    const head = fixture.log.head();
    rewriteFrom(23, (entry) => (entry['latency_ms'] = 1));
    expect(verifyLog(db)).toMatchObject({ ok: true });
    expect(verifyLog(db, { head })).toMatchObject({ ok: false, firstBad: 25, reason: 'head' });
  });

  it('finds a text that was exchanged together with its commitment and every later hash', () => {
    const head = fixture.log.head();
    const salt = Buffer.alloc(32, 1);
    withoutTriggers(() =>
      db
        .prepare("UPDATE ai_log_content SET salt = ?, body = 'x' WHERE seq = 2 AND slot = 'prompt'")
        .run(salt),
    );
    rewriteFrom(2, (entry) => {
      const content = entry['content'] as Record<string, Record<string, string>>;
      content['prompt'] = { ...content['prompt'], commit: commitment(salt, 'x') };
    });
    expect(verifyLog(db)).toMatchObject({ ok: true });
    expect(verifyLog(db, { head })).toMatchObject({ ok: false, reason: 'head' });
  });

  it.each([
    'DROP TRIGGER ai_log_del',
    'DROP TRIGGER ai_con_upd; CREATE TRIGGER ai_con_upd BEFORE UPDATE ON ai_log_content BEGIN SELECT 1; END',
  ])('notices when triggers are gone or changed (%s)', (sql) => {
    db.exec(sql);
    expect(verifyLog(db)).toMatchObject({ ok: false, reason: 'triggers' });
  });

  it('finds a key exchanged in the log', () => {
    fixture.log.checkpoint();
    const key = fixture.log.publicKey()?.raw;
    const other = openLog();
    expect(verifyLog(other.db, { key })).toMatchObject({ ok: false, reason: 'key' });
    other.dispose();
  });

  it('runs in a worker thread on a read-only connection, with the same result', async () => {
    fixture.log.checkpoint();
    const job = fixture.log.verifyJob(fixture.file);
    await expect(runVerifyInWorker(createVerifyWorker, job)).resolves.toMatchObject({ ok: true, size: 21 });
    withoutTriggers(() => db.exec("UPDATE ai_log_content SET body = 'x' WHERE seq = 3"));
    await expect(runVerifyInWorker(createVerifyWorker, job)).resolves.toMatchObject({
      ok: false,
      firstBad: 3,
    });
    await expect(
      runVerifyInWorker(createVerifyWorker, { file: join(fixture.dir, 'none.sqlite') }),
    ).rejects.toMatchObject({ kind: 'log_broken' });
    const aborted = AbortSignal.abort();
    await expect(runVerifyInWorker(createVerifyWorker, job, { signal: aborted })).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });
});

describe('the head outside the database', () => {
  it('is quiet after an orderly close and after a crash', () => {
    fixture.log.close();
    const second = fixture.restart();
    expect(second.log.startup.kind).toBe('ok');
    second.log.append(requestInput());
    const third = second.restart();
    expect(third.log.startup.kind).toBe('ok');
    expect(third.log.checkpoint()).toMatchObject({ size: 22 });
    expect(verifyLog(third.db)).toMatchObject({ ok: true });
    third.dispose();
  });

  it('notices an old backup put in place and writes it into the log', () => {
    const backup = join(fixture.dir, 'backup.sqlite');
    fixture.log.close();
    db.pragma('wal_checkpoint(TRUNCATE)');
    copyFileSync(fixture.file, backup);
    const after = fixture.restart();
    appendAct(after.log);
    after.log.close();
    after.db.close();
    copyFileSync(backup, fixture.file);
    const restored = after.restart();
    expect(restored.log.startup).toMatchObject({
      kind: 'tail_cut',
      expected: { seq: 25 },
      found: { seq: 21 },
    });
    expect(restored.log.entry(22)?.entry).toMatchObject({
      type: 'log.restored',
      cause: 'tail_cut',
      expected: { seq: 25 },
    });
    expect(verifyLog(restored.db)).toMatchObject({ ok: true, size: 22 });
    expect(restored.restart().log.startup.kind).toBe('ok');
    restored.dispose();
  });

  it('notices a cut tail within seconds of an append', () => {
    fixture.advance(6000);
    withoutTriggers(() =>
      db.exec(
        'DELETE FROM ai_log_content WHERE seq = 21; DELETE FROM ai_log_entry WHERE seq = 21; DELETE FROM ai_log WHERE seq = 21; DELETE FROM ai_log_about WHERE seq = 21',
      ),
    );
    expect(verifyLog(db)).toMatchObject({ ok: true, size: 20 });
    const next = fixture.restart();
    expect(next.log.startup).toMatchObject({ kind: 'tail_cut' });
    next.dispose();
  });

  it('notices a database that was deleted, exchanged or whose head file is gone or damaged', () => {
    fixture.log.close();
    db.close();
    rmSync(fixture.file);
    const fresh = fixture.restart();
    expect(fresh.log.startup).toMatchObject({
      kind: 'other_history',
      expected: { seq: 21 },
      found: { seq: 0 },
    });
    expect(fresh.log.entry(2)?.type).toBe('log.restored');
    rmSync(join(fixture.dir, 'head.bin'));
    const headless = fresh.restart();
    expect(headless.log.startup.kind).toBe('head_missing');
    writeFileSync(join(fixture.dir, 'head.bin'), 'garbage');
    const damaged = headless.restart();
    expect(damaged.log.startup.kind).toBe('head_missing');
    damaged.secrets.set('unavailable');
    const locked = damaged.restart();
    expect(locked.log.startup.kind).toBe('unchecked');
    locked.dispose();
  });

  it('keeps its promise when opened by another connection only', () => {
    const reader = openDatabase(fixture.file);
    expect(verifyLog(reader, { head: fixture.log.head() })).toMatchObject({ ok: true });
    reader.close();
  });
});
