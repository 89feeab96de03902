import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noteIsSignedBy } from '../../electron/main/transparency/checkpoint';
import { slotClasses } from '../../electron/main/transparency/entry-parts';
import { verifyLog } from '../../electron/main/transparency/verify';
import {
  appendAct,
  openLog,
  requestInput,
  responseInput,
  type LogFixture,
} from '../unit/transparency/log-fixture';

let fixture: LogFixture;
beforeEach(() => {
  fixture = openLog();
});
afterEach(() => fixture.dispose());

describe('appending', () => {
  it('begins with a genesis entry that names the signing key', () => {
    const first = fixture.log.entry(1);
    expect(first?.type).toBe('log.genesis');
    expect(first?.entry).toMatchObject({
      seq: 1,
      prev: '0'.repeat(64),
      key: { public: fixture.log.publicKey()?.raw },
    });
    expect(fixture.log.startup.kind).toBe('new');
  });

  it('keeps no text in the entry, only a commitment to it', () => {
    const { seq } = fixture.log.append(requestInput());
    const raw = fixture.db
      .prepare<[number], { entry: string }>('SELECT entry FROM ai_log_entry WHERE seq = ?')
      .get(seq);
    expect(raw?.entry).not.toContain('order');
    const view = fixture.log.entry(seq);
    expect(view?.slots.input_message).toMatchObject({
      cls: 'third_party',
      state: 'open',
      text: 'Where is my order?',
    });
    expect(view?.entry.content?.['input_message']).toMatchObject({
      alg: 'hmac-sha256',
      cls: slotClasses.input_message,
    });
  });

  it('refuses floats and unknown members before anything is written', () => {
    const before = fixture.log.head();
    expect(() =>
      fixture.log.append(requestInput({ gen_ai: { 'gen_ai.request.temperature': 0.7 } })),
    ).toThrow();
    expect(() => fixture.log.append({ ...requestInput(), surprise: 1 } as never)).toThrow();
    expect(fixture.log.head()).toEqual(before);
  });

  it('joins the transaction of the caller and disappears with it', () => {
    fixture.db.exec('CREATE TABLE business (id INTEGER) STRICT');
    const before = fixture.log.head();
    expect(() =>
      fixture.log.durably(() => {
        fixture.db.exec('INSERT INTO business VALUES (1)');
        fixture.log.append(requestInput());
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(fixture.log.head()).toEqual(before);
    expect(fixture.db.prepare('SELECT count(*) AS n FROM business').get()).toEqual({ n: 0 });
    fixture.log.append(requestInput());
    expect(verifyLog(fixture.db)).toMatchObject({ ok: true, size: 2 });
  });

  it('leaves nothing behind when an append fails inside a transaction that goes on', () => {
    fixture.log.durably(() => {
      expect(() => fixture.log.append({ ...requestInput(), acct: '' })).toThrow();
      fixture.log.append(requestInput());
    });
    expect(verifyLog(fixture.db)).toMatchObject({ ok: true, size: 2 });
  });

  it('writes with synchronous=FULL and puts the setting of the connection back', () => {
    fixture.db.pragma('synchronous = NORMAL');
    fixture.log.durably(() => expect(fixture.db.pragma('synchronous', { simple: true })).toBe(2));
    expect(fixture.db.pragma('synchronous', { simple: true })).toBe(1);
  });

  it.each([
    ['a lone surrogate', 'cut \ud83d'],
    ['right-to-left text with controls', '\u202eשלום עולם\u202c مرحبا'],
    ['emoji with joiners', '👩🏽‍🚀🏳️‍🌈 e\u0301'],
    ['100 kB', 'Długi tekst. '.repeat(8000)],
    ['an empty text', ''],
    ['a null character', 'a\u0000b'],
  ])('logs and verifies %s', (_what, text) => {
    const { seq } = fixture.log.append(requestInput({ slots: { input_message: { text } } }));
    expect(fixture.log.entry(seq)?.slots.input_message?.text).toBe(text.toWellFormed());
    expect(verifyLog(fixture.db)).toMatchObject({ ok: true, size: 2 });
  });

  it('reports a database that cannot be written as an AppError, so that no AI call is made', () => {
    fixture.db.pragma('query_only = ON');
    expect(() => fixture.log.append(requestInput())).toThrow(expect.objectContaining({ kind: 'database' }));
    fixture.db.pragma('query_only = OFF');
    fixture.db.pragma(`max_page_count = ${Number(fixture.db.pragma('page_count', { simple: true }))}`);
    const big = 'x'.repeat(200_000);
    expect(() => fixture.log.append(requestInput({ slots: { prompt: { text: big } } }))).toThrow(
      expect.objectContaining({ kind: 'disk_full' }),
    );
    expect(verifyLog(fixture.db)).toMatchObject({ ok: true, size: 1 });
  });
});

describe('what is kept of texts', () => {
  it('keeps redacted texts, own texts and no other ones in redacted mode', () => {
    const other = openLog({ capture: () => 'redacted' });
    try {
      const { seq } = other.log.append(
        requestInput({
          slots: {
            prompt: { text: 'p' },
            input_message: { text: 'I am Jo', redacted: 'I am [PERSON_1]' },
            author: { text: '@jo' },
          },
        }),
      );
      expect(other.log.entry(seq)?.slots).toMatchObject({
        prompt: { text: 'p' },
        input_message: { text: 'I am [PERSON_1]' },
        author: { state: 'not_stored' },
      });
      expect(verifyLog(other.db)).toMatchObject({ ok: true, counts: { notStored: 1 } });
    } finally {
      other.dispose();
    }
  });

  it('keeps commitments only when asked to', () => {
    const other = openLog({ capture: () => 'commitments' });
    try {
      other.log.append(requestInput());
      expect(other.db.prepare('SELECT count(*) AS n FROM ai_log_content').get()).toEqual({ n: 0 });
      expect(verifyLog(other.db)).toMatchObject({ ok: true, counts: { notStored: 2 } });
    } finally {
      other.dispose();
    }
  });
});

describe('reading', () => {
  it('pages newest first and filters by type, account, period and text', () => {
    for (let i = 0; i < 12; i++) {
      fixture.advance(60_000);
      appendAct(fixture.log, {
        acct: i % 2 ? 'account-2' : 'account-1',
        slots: { input_message: { text: `Frage Nummer ${i} über Größe` } },
      });
    }
    const seen: number[] = [];
    let before: number | undefined;
    do {
      const page = fixture.log.entries({ limit: 5, ...(before === undefined ? {} : { before }) });
      seen.push(...page.items.map((item) => item.seq));
      before = page.next;
    } while (before !== undefined);
    expect(seen).toEqual(Array.from({ length: 49 }, (_, i) => 49 - i));
    expect(fixture.log.entries({ types: ['publish'] }).items).toHaveLength(12);
    expect(fixture.log.entries({ account: 'account-2', types: ['ai.request'] }).items).toHaveLength(6);
    expect(fixture.log.entries({ text: 'nummer 11' }).items.map((item) => item.type)).toEqual(['ai.request']);
    expect(fixture.log.entries({ text: 'grosse "quoted' }).items).toHaveLength(0);
    expect(fixture.log.entries({ text: 'er', types: ['ai.request'] }).items).toHaveLength(12);
    const from = fixture.clock.now() - 60_000;
    expect(fixture.log.entries({ from }).items).toHaveLength(8);
    expect(fixture.log.entries({ to: from - 10 * 60_000 + 1, types: ['ai.request'] }).items).toHaveLength(1);
  });

  it('follows the chain of an act from any of its entries', () => {
    const first = appendAct(fixture.log);
    const second = appendAct(fixture.log, {}, 'post-2');
    const again = fixture.log.append(
      responseInput(first.request.id, { status: 'error', error_type: 'interrupted' }),
    );
    const expected = [
      first.request.seq,
      first.response.seq,
      first.decision.seq,
      first.published.seq,
      again.seq,
    ];
    for (const seq of expected) expect(fixture.log.related(seq).map((view) => view.seq)).toEqual(expected);
    expect(fixture.log.related(second.published.seq)).toHaveLength(4);
    expect(fixture.log.byId(first.decision.id)?.seq).toBe(first.decision.seq);
    expect(fixture.log.byId(first.decision.id)?.excerpt).toBe('It is on its way to you.');
  });

  it('sums acts, places, tokens and cost of a period', () => {
    appendAct(fixture.log);
    appendAct(fixture.log, { endpoint: { host: '127.0.0.1', local: true } });
    expect(fixture.log.totals({ account: 'account-1' })).toEqual({
      entries: 8,
      byType: { 'ai.request': 2, 'ai.response': 2, 'human.decision': 2, publish: 2 },
      requests: { device: 1, cloud: 1 },
      tokens: { input: 240, output: 60 },
      cost: [{ ccy: 'USD', basis: 'estimated', micros: 2400 }],
    });
  });

  it('tells listeners of each append', () => {
    const seen: string[] = [];
    const stop = fixture.log.onAppend((event) => seen.push(`${event.seq} ${event.type}`));
    fixture.log.append(requestInput());
    stop();
    fixture.log.append(requestInput());
    expect(seen).toEqual(['2 ai.request']);
  });
});

describe('checkpoints and keys', () => {
  it('signs the head once and verifies the signature against the key of the log', () => {
    appendAct(fixture.log);
    const checkpoint = fixture.log.checkpoint();
    expect(checkpoint).toMatchObject({ size: 5, signed: true });
    expect(fixture.log.checkpoint()).toEqual(checkpoint);
    expect(checkpoint && noteIsSignedBy(checkpoint, fixture.log.id, fixture.log.publicKey()?.raw ?? '')).toBe(
      true,
    );
    expect(verifyLog(fixture.db)).toMatchObject({ ok: true, counts: { checkpoints: 1, signed: 1 } });
  });

  it('changes its key by an entry that the old and the new key sign', () => {
    const old = fixture.log.publicKey()?.raw;
    expect(fixture.log.rotateKey()).toBe(true);
    expect(fixture.log.publicKey()?.raw).not.toBe(old);
    fixture.log.checkpoint();
    const next = fixture.restart();
    expect(next.log.publicKey()?.raw).toBe(fixture.log.publicKey()?.raw);
    expect(verifyLog(next.db, { key: next.log.publicKey()?.raw })).toMatchObject({
      ok: true,
      counts: { signed: 2 },
    });
    expect(verifyLog(next.db, { key: old })).toMatchObject({ ok: false, reason: 'key' });
    next.dispose();
  });

  it('goes on unsigned while there is no store, says so, and signs from the moment the user agrees', () => {
    const other = openLog({ protection: 'plain-text' });
    try {
      other.log.append(requestInput());
      expect(other.log.checkpoint()).toMatchObject({ signed: false, sshsig: '' });
      expect(other.log.ensureKey()).toBe(false);
      other.secrets.store.allowPlainText(true);
      expect(other.log.ensureKey()).toBe(true);
      expect(other.log.checkpoint()).toMatchObject({ signed: true });
      expect(verifyLog(other.db)).toMatchObject({ ok: true, counts: { checkpoints: 2, signed: 1 } });
    } finally {
      other.dispose();
    }
  });

  it('declares a lost key instead of taking a new one silently', () => {
    fixture.log.checkpoint();
    rmSync(join(fixture.dir, 'key.json'));
    const next = fixture.restart();
    expect(next.log.publicKey()).toBeUndefined();
    expect(next.log.ensureKey()).toBe(true);
    expect(next.log.entry(2)?.entry).toMatchObject({
      type: 'key.rotate',
      reason: 'lost',
      old: { public: fixture.log.publicKey()?.raw },
    });
    expect(next.log.entry(2)?.entry).not.toHaveProperty('sig_old');
    next.log.checkpoint();
    expect(verifyLog(next.db)).toMatchObject({ ok: true });
    next.dispose();
  });

  it('waits for a locked store instead of changing the key', () => {
    fixture.secrets.set('unavailable');
    const next = fixture.restart();
    expect(next.log.publicKey()).toBeUndefined();
    expect(next.log.ensureKey()).toBe(false);
    next.secrets.set('os-store');
    expect(next.log.ensureKey()).toBe(true);
    expect(next.log.head().seq).toBe(1);
    next.dispose();
  });
});
