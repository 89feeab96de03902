import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkCoverage, IN_PROCESS_HOST, recordGaps } from '../../electron/main/transparency/coverage';
import { closeInterrupted } from '../../electron/main/transparency/interrupted';
import { createRetention, defaultRetention } from '../../electron/main/transparency/retention';
import { verifyLog } from '../../electron/main/transparency/verify';
import {
  appendAct,
  openDatabase,
  openLog,
  publishInput,
  requestInput,
  responseInput,
  type LogFixture,
  erasureOf,
} from '../unit/transparency/log-fixture';

let fixture: LogFixture;
beforeEach(() => {
  fixture = openLog();
});
afterEach(() => fixture.dispose());

const DAY = 86_400_000;
const KEY = 'bluesky:did:plc:zqxjk7person';
const WORDS = 'zqxjkvwb my flat is at Elm Road';

/** Every byte that the database keeps on disk. */
const onDisk = (): Buffer =>
  Buffer.concat(
    ['', '-wal', '-shm']
      .map((end) => fixture.file + end)
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file)),
  );

function actAbout(key = KEY) {
  const author = fixture.log.subject('author', key);
  const act = appendAct(fixture.log, {
    subj: [author],
    slots: {
      prompt: { text: `Answer: ${WORDS}` },
      input_message: { text: WORDS, subj: author },
      author: { text: '@zqxjk.person', subj: author },
    },
  });
  return { author, act };
}

describe('erasing a person', () => {
  it('leaves no text, salt, name or search term of them in the database or its write-ahead log', () => {
    const { author } = actAbout();
    for (let i = 0; i < 30; i++)
      appendAct(fixture.log, { slots: { prompt: { text: `other text number ${i}` } } });
    const salts = fixture.db
      .prepare<[], { salt: Buffer }>(
        "SELECT salt FROM ai_log_content WHERE seq < 6 AND slot <> 'reviewer_name'",
      )
      .all();
    expect(onDisk().includes('Elm Road')).toBe(true);
    const erasure = erasureOf(fixture);
    const result = erasure.erase({ subjects: [author], reason: 'gdpr.art17', by: 'u1' });
    expect(result).toMatchObject({ erased: 7, walTruncated: true });
    const disk = onDisk();
    for (const gone of ['Elm Road', 'zqxjk', 'It is on its way', ...salts.map(({ salt }) => salt)]) {
      expect(disk.includes(gone), Buffer.from(gone).toString('hex')).toBe(gone === 'It is on its way');
    }
    fixture.db.exec("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, ai_log_search, 'row')");
    expect(
      fixture.db.prepare("SELECT term FROM temp.terms WHERE term IN ('zqx', 'xjk', 'kvw')").all(),
    ).toEqual([]);
    fixture.db.exec("INSERT INTO ai_log_search (ai_log_search) VALUES ('integrity-check')");
    expect(verifyLog(fixture.db)).toMatchObject({ ok: true, counts: { erased: 7 } });
  });

  it('finds a person by name, handle or words, and shows beforehand what would go', () => {
    const { author, act } = actAbout();
    const other = actAbout('bluesky:did:plc:other').author;
    const erasure = erasureOf(fixture);
    expect(erasure.search('zqxjk7').subjects).toEqual([
      { subj: author, kind: 'author', key: KEY, entries: 1 },
    ]);
    expect(erasure.search('elm road').mentions).toHaveLength(4);
    expect(
      erasure
        .search('zqxjk.person')
        .subjects.map(({ subj }) => subj)
        .sort(),
    ).toEqual([author, other].sort());
    expect(erasure.search('  ')).toEqual({ subjects: [], mentions: [] });
    const preview = erasure.preview([author]);
    expect(preview.slots.map(({ seq, slot }) => `${seq} ${slot}`)).toEqual([
      '2 author',
      '2 input_message',
      '2 prompt',
      `${act.response.seq} output`,
      `${act.decision.seq} final`,
      `${act.published.seq} disclosure_text`,
      `${act.published.seq} remote_ref`,
    ]);
    expect(preview.held).toEqual([]);
  });

  it('erases of a reviewer only what names them', () => {
    const { act } = actAbout();
    const reviewer = fixture.log.subject('reviewer', 'user-1');
    const erasure = erasureOf(fixture);
    erasure.erase({ subjects: [reviewer], reason: 'gdpr.art17', by: 'u1' });
    expect(fixture.log.entry(act.decision.seq)?.slots).toMatchObject({
      reviewer_name: { state: 'erased' },
      final: { state: 'open' },
    });
    expect(fixture.log.subject('reviewer', 'user-1')).not.toBe(reviewer);
  });

  it('erases single texts, in the transaction of the caller, and lists exports that cannot be recalled', () => {
    const { act } = actAbout();
    const erasure = erasureOf(fixture);
    const result = fixture.log.durably(() =>
      erasure.erase({
        slots: [
          { seq: act.request.seq, slot: 'prompt' },
          { seq: 1, slot: 'note' },
        ],
        reason: 'mistake',
        by: 'u1',
      }),
    );
    expect(result).toMatchObject({ erased: 1, walTruncated: false });
    expect(erasure.truncate()).toBe(true);
    expect(() =>
      erasure.erase({ slots: [{ seq: act.request.seq, slot: 'prompt' }], reason: 'mistake', by: 'u1' }),
    ).toThrow(expect.objectContaining({ kind: 'not_found' }));
    fixture.log.append({
      type: 'export',
      actor: { kind: 'human', ref: 'u1' },
      bundle: 'b1',
      phase: 'begun',
      texts: true,
      names: false,
      target: 'zip',
    });
    expect(erasure.preview([]).exports).toMatchObject([{ bundle: 'b1', texts: true }]);
  });

  it('says when a reader keeps the write-ahead log from being emptied', () => {
    const { author } = actAbout();
    const reader = openDatabase(fixture.file);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM ai_log').get();
    const erasure = erasureOf(fixture);
    fixture.db.pragma('busy_timeout = 50');
    expect(erasure.erase({ subjects: [author], reason: 'gdpr.art17', by: 'u1' }).walTruncated).toBe(false);
    reader.close();
    expect(erasure.truncate()).toBe(true);
  });

  it('is refused under a legal hold', () => {
    const { author, act } = actAbout();
    const retention = createRetention({
      log: fixture.log,
      db: fixture.db,
      clock: fixture.clock,
      policy: () => defaultRetention,
    });
    const erasure = erasureOf(fixture);
    const refused = expect.objectContaining({ kind: 'not_allowed' });
    const hold = retention.holds.place({ scope: 'subject', ref: author, by: 'u1' });
    expect(retention.holds.place({ scope: 'subject', ref: author, by: 'u1' })).toEqual(hold);
    expect(erasure.preview([author]).held).toEqual([author]);
    expect(() => erasure.erase({ subjects: [author], reason: 'gdpr.art17', by: 'u1' })).toThrow(refused);
    retention.holds.lift(hold.id, 'u1');
    retention.holds.place({ scope: 'account', ref: 'account-1', by: 'u1' });
    expect(() =>
      erasure.erase({ slots: [{ seq: act.request.seq, slot: 'prompt' }], reason: 'mistake', by: 'u1' }),
    ).toThrow(refused);
    expect(fixture.log.entries({ types: ['config.change'] }).items).toHaveLength(3);
  });
});

describe('erasures made after a backup', () => {
  const TEXT = 'Elm Road';
  /** Puts the file as it was at `backup` in the place of today's. */
  const restore = (backup: string): LogFixture => {
    const { dir, file } = fixture;
    fixture.db.close();
    for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true });
    copyFileSync(join(dir, backup), file);
    return fixture.restart();
  };
  const backUp = async (name: string): Promise<void> =>
    void (await fixture.db.backup(join(fixture.dir, name)));

  it('are made again at the start after it is restored, with their own entry, and only once', async () => {
    const { author, act } = actAbout();
    await backUp('old.db');
    erasureOf(fixture).erase({ subjects: [author], reason: 'gdpr.art17', by: 'u1' });
    fixture.log.close();
    fixture = restore('old.db');
    expect(onDisk().includes(TEXT)).toBe(true);
    const erasure = erasureOf(fixture);
    expect(erasure.again()).toBe(7);
    expect(onDisk().includes(TEXT)).toBe(false);
    expect(fixture.log.entry(act.request.seq)?.slots).toMatchObject({ input_message: { state: 'erased' } });
    expect(fixture.log.entries({ types: ['erasure'] }).items.map(({ entry }) => entry)).toMatchObject([
      { reason: 'gdpr.art17', actor: { kind: 'system', ref: 'restore' } },
    ]);
    expect(verifyLog(fixture.db)).toMatchObject({ ok: true, counts: { erased: 7 } });
    expect(erasure.again()).toBe(0);
  });

  it('touch nothing that got the same number after the restore', async () => {
    await backUp('empty.db');
    const { act } = actAbout();
    erasureOf(fixture).erase({
      slots: [{ seq: act.request.seq, slot: 'prompt' }],
      reason: 'mistake',
      by: 'u1',
    });
    fixture = restore('empty.db');
    while (fixture.log.head().seq < act.request.seq + 3) appendAct(fixture.log);
    expect(erasureOf(fixture).again()).toBe(0);
    expect(verifyLog(fixture.db)).toMatchObject({ ok: true, counts: { erased: 0 } });
  });

  it('are remembered without a word, name or handle of anybody', () => {
    const { author } = actAbout();
    erasureOf(fixture).erase({ subjects: [author], reason: 'gdpr.art17', by: 'u1' });
    const list = readFileSync(join(fixture.dir, 'erased.json'), 'utf8');
    expect(list).not.toMatch(/zqxjk|Elm|Answer|bluesky/);
    expect(list).toContain(author);
  });

  it('give way to a legal hold of the backup, and say so', async () => {
    const { author } = actAbout();
    const { holds } = createRetention({ ...fixture, policy: () => defaultRetention });
    const hold = holds.place({ scope: 'subject', ref: author, by: 'u1' });
    await backUp('held.db');
    holds.lift(hold.id, 'u1');
    erasureOf(fixture).erase({ subjects: [author], reason: 'gdpr.art17', by: 'u1' });
    fixture = restore('held.db');
    expect(erasureOf(fixture).again()).toBe(0);
    expect(onDisk().includes(TEXT)).toBe(true);
  });
});

describe('retention', () => {
  const retentionOf = () =>
    createRetention({
      log: fixture.log,
      db: fixture.db,
      clock: fixture.clock,
      policy: () => defaultRetention,
    });

  it('removes texts of other people after 90 days, own ones after 190 and entries after 24 months, each declared first', async () => {
    const { act } = actAbout();
    const retention = retentionOf();
    expect(await retention.prune()).toEqual({ slots: 0, entries: 0, held: 0, walTruncated: false });
    fixture.advance(91 * DAY);
    expect(retention.preview()).toEqual({ slots: 3, entries: 0, held: 0 });
    expect(await retention.prune()).toMatchObject({ slots: 3, entries: 0, walTruncated: true });
    expect(fixture.log.entry(act.request.seq)?.slots).toMatchObject({
      author: { state: 'erased' },
      prompt: { state: 'open' },
    });
    expect(fixture.log.entries({ types: ['retention.prune'] }).items[0]?.entry).toMatchObject({
      slots_upto: { third_party: 5, identity: 5 },
      counts: { slots: 3 },
    });
    fixture.advance(100 * DAY);
    expect(await retention.prune()).toMatchObject({ slots: 5, entries: 0 });
    expect(fixture.db.prepare('SELECT count(*) AS n FROM ai_log_content').get()).toEqual({ n: 0 });
    fixture.advance(600 * DAY);
    expect(await retention.prune()).toMatchObject({ slots: 0, entries: 4 });
    expect(fixture.log.entry(act.request.seq)).toBeUndefined();
    expect(fixture.log.entry(1)?.type).toBe('log.genesis');
    expect(fixture.db.prepare('SELECT count(*) AS n FROM ai_log_about').get()).toEqual({ n: 0 });
    expect(verifyLog(fixture.db)).toMatchObject({ ok: true, counts: { pruned: 4 } });
    fixture.log.checkpoint();
    expect(fixture.restart().log.startup.kind).toBe('ok');
  });

  it('passes over what a legal hold covers and comes back for it when the hold is lifted', async () => {
    const { author } = actAbout();
    actAbout('bluesky:did:plc:other');
    const retention = retentionOf();
    const hold = retention.holds.place({ scope: 'subject', ref: author, by: 'u1' });
    fixture.advance(800 * DAY);
    const first = await retention.prune();
    expect(first.held).toBeGreaterThan(0);
    expect(fixture.log.entry(2)?.slots.input_message?.text).toBe(WORDS);
    expect(fixture.log.entry(6)).toBeUndefined();
    expect(verifyLog(fixture.db).ok).toBe(true);
    retention.holds.lift(hold.id, 'u1');
    await retention.prune();
    expect(fixture.log.entry(2)).toBeUndefined();
    expect(verifyLog(fixture.db).ok).toBe(true);
    expect(await retention.prune()).toMatchObject({ slots: 0, entries: 0 });
  });

  it('is not moved by a clock that once ran behind', async () => {
    fixture.advance(1000 * DAY);
    actAbout();
    fixture.advance(-1000 * DAY);
    appendAct(fixture.log);
    fixture.advance(1000 * DAY);
    expect(retentionOf().preview()).toEqual({ slots: 0, entries: 0, held: 0 });
  });

  it('goes on where an earlier run was killed between declaring and removing', async () => {
    actAbout();
    fixture.advance(91 * DAY);
    fixture.log.durably(() => {
      const { seq } = fixture.log.append({
        type: 'retention.prune',
        actor: { kind: 'system', ref: 'retention' },
        slots_upto: { identity: 5 },
        counts: { slots: 2, entries: 0, held: 0 },
      });
      fixture.db.prepare("INSERT INTO ai_log_content_prune VALUES ('identity', 5, ?)").run(seq);
    });
    const next = fixture.restart();
    const retention = createRetention({
      log: next.log,
      db: next.db,
      clock: next.clock,
      policy: () => defaultRetention,
    });
    expect(await retention.prune()).toMatchObject({ slots: 3 });
    expect(verifyLog(next.db)).toMatchObject({ ok: true, counts: { erased: 3 } });
    next.dispose();
  });
});

describe('coverage', () => {
  it('is whole when every request, publication, draft and post has its entries', () => {
    const { act } = actAbout();
    const result = checkCoverage({
      db: fixture.db,
      boot: fixture.log.boot,
      facts: {
        aiDrafts: () => [{ draft: 'd1', request: act.request.id }],
        posts: () => [
          { draft: 'variant of post-1', origin: 'ai_edited' },
          { draft: 'by-hand', origin: 'human' },
        ],
        outboundCalls: () => 1,
      },
    });
    expect(result).toEqual({ milli: 1000, checked: 6, gaps: [], open: 0, interrupted: 0 });
  });

  it('names every kind of gap, writes each once, and repairs nothing', () => {
    fixture.log.append(requestInput({ slots: {} }));
    const second = fixture.log.append(requestInput());
    fixture.log.append(responseInput(second.id));
    fixture.log.append(publishInput({ id: 'no-such-decision', seq: 3 }, 'post-9'));
    const next = fixture.restart();
    const facts = {
      aiDrafts: () => [{ draft: 'd1', request: 'unknown' }, { draft: 'd2' }],
      posts: () => [{ draft: 'variant of post-8', origin: 'ai_verbatim' as const }],
      outboundCalls: () => 2,
    };
    const result = checkCoverage({ db: next.db, boot: next.log.boot, facts });
    expect(result.gaps).toEqual([
      { kind: 'request_without_response', seq: 2 },
      { kind: 'post_without_decision', seq: 5 },
      { kind: 'draft_without_request', subject: 'd1' },
      { kind: 'draft_without_request', subject: 'd2' },
      { kind: 'post_without_publish', subject: 'variant of post-8' },
      { kind: 'calls_differ', count: 2 },
    ]);
    expect(result).toMatchObject({ checked: 8, milli: 125, open: 1 });
    expect(recordGaps(next.log, result)).toBe(6);
    expect(recordGaps(next.log, result)).toBe(0);
    expect(next.log.entries({ types: ['gap.found'] }).items).toHaveLength(6);
    next.dispose();
  });

  it('does not ask for the entries of a text whose origin is pruned by age', async () => {
    actAbout();
    fixture.advance(3 * 366 * DAY);
    await createRetention({ ...fixture, policy: () => defaultRetention }).prune();
    const old = { origin: 'ai_edited', aiSeq: 3 } as const;
    const facts = {
      aiDrafts: () => [{ draft: 'old', request: 'pruned', aiSeq: 2 }],
      posts: () => [
        { draft: 'old', ...old },
        { draft: 'new', ...old, aiSeq: 1_000 },
      ],
    };
    expect(checkCoverage({ db: fixture.db, boot: fixture.log.boot, facts }).gaps).toEqual([
      { kind: 'post_without_publish', subject: 'new' },
    ]);
  });

  it('asks for no decision about an analysis, such as the test of a connection', () => {
    const test = fixture.log.append(requestInput({ task: 'judge', task_class: 'analysis' }));
    fixture.log.append(responseInput(test.id));
    expect(checkCoverage({ db: fixture.db, boot: fixture.log.boot }).open).toBe(0);
    const draft = fixture.log.append(requestInput());
    fixture.log.append(responseInput(draft.id));
    expect(checkCoverage({ db: fixture.db, boot: fixture.log.boot }).open).toBe(1);
  });

  it('does not count the on-device helper as a call to a provider', () => {
    fixture.log.append(requestInput({ endpoint: { host: IN_PROCESS_HOST, local: true } }));
    expect(
      checkCoverage({ db: fixture.db, boot: fixture.log.boot, facts: { outboundCalls: () => 0 } }).gaps,
    ).toEqual([]);
  });
});

describe('requests cut off by a crash', () => {
  it('get an answer that says interrupted at the next start, and only those', () => {
    const cut = fixture.log.append(requestInput());
    const answered = fixture.log.append(requestInput());
    fixture.log.append(responseInput(answered.id));
    expect(closeInterrupted({ log: fixture.log, db: fixture.db })).toBe(0);
    const next = fixture.restart();
    next.log.append(requestInput());
    expect(closeInterrupted({ log: next.log, db: next.db })).toBe(1);
    expect(closeInterrupted({ log: next.log, db: next.db })).toBe(0);
    expect(next.log.related(cut.seq)[1]?.entry).toMatchObject({
      type: 'ai.response',
      status: 'error',
      error_type: 'interrupted',
      acct: 'account-1',
    });
    expect(checkCoverage({ db: next.db, boot: next.log.boot })).toMatchObject({ gaps: [], interrupted: 1 });
    next.dispose();
  });
});
