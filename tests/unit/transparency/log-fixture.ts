import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { appError } from '@shared/domain/errors';
import schema from '../../../electron/main/db/migrations/0001-transparency-log.sql?raw';
import type { Clock, Logger, SecretProtection, SecretStore } from '../../../electron/main/ports';
import type { ContentCapture } from '../../../electron/main/transparency/append';
import { createErasedList } from '../../../electron/main/transparency/erased-list';
import type { EntryInputOf } from '../../../electron/main/transparency/entry-types';
import { createErasure } from '../../../electron/main/transparency/erasure';
import { createHeadFile } from '../../../electron/main/transparency/head-file';
import { createLogKeys } from '../../../electron/main/transparency/keys';
import { createLog, type TransparencyLog } from '../../../electron/main/transparency/log';

/** A clock that stands until it is moved; timers fire when it passes them. */
export function createTestClock(start = Date.parse('2026-11-22T10:00:00.000Z')) {
  let now = start;
  let timers: { at: number; fn: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    monotonic: () => now - start,
    after: (ms, fn) => {
      const timer = { at: now + ms, fn };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  };
  const advance = (ms: number): void => {
    now += ms;
    const due = timers.filter((timer) => timer.at <= now);
    timers = timers.filter((timer) => timer.at > now);
    due.forEach((timer) => timer.fn());
  };
  return { clock, advance };
}

/** Stands for the operating system's store: reversible, and not the text itself. */
export function createTestSecrets(initial: SecretProtection = 'os-store') {
  let protection = initial;
  let agreed = false;
  const flip = (bytes: Uint8Array): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0x5a));
  const store: SecretStore = {
    protection: () => protection,
    encrypt: (plain) => {
      if (protection === 'unavailable' || (protection === 'plain-text' && !agreed))
        throw appError('secret_store');
      return flip(Buffer.from(plain, 'utf8'));
    },
    decrypt: (cipher) => flip(cipher).toString('utf8'),
    allowPlainText: (yes) => {
      agreed = yes;
    },
  };
  return { store, set: (value: SecretProtection) => (protection = value) };
}

export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
export const testApp = { name: 'Candor', version: '0.1.0', commit: 'abc1234' };

export function openDatabase(file: string): Database {
  const db = new SqliteDatabase(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('secure_delete = ON');
  db.pragma('foreign_keys = ON');
  db.pragma('trusted_schema = OFF');
  const known = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'ai_log'").get();
  if (!known) db.exec(schema);
  return db;
}

export type LogFixture = {
  readonly dir: string;
  readonly file: string;
  readonly db: Database;
  readonly log: TransparencyLog;
  readonly advance: (ms: number) => void;
  readonly clock: Clock;
  readonly secrets: ReturnType<typeof createTestSecrets>;
  /** Ends this run without an orderly close and starts another on the same files. */
  readonly restart: () => LogFixture;
  readonly dispose: () => void;
};

export type FixtureOptions = {
  readonly protection?: SecretProtection;
  readonly capture?: () => ContentCapture;
};

export function openLog(options: FixtureOptions = {}): LogFixture {
  const dir = mkdtempSync(join(tmpdir(), 'candor-log-'));
  return openIn(dir, options, createTestClock(), createTestSecrets(options.protection));
}

function openIn(
  dir: string,
  options: FixtureOptions,
  time: ReturnType<typeof createTestClock>,
  secrets: ReturnType<typeof createTestSecrets>,
): LogFixture {
  const file = join(dir, 'candor.sqlite');
  const db = openDatabase(file);
  const log = createLog({
    db,
    clock: time.clock,
    app: testApp,
    keys: createLogKeys({ file: join(dir, 'key.json'), secrets: secrets.store, log: silentLogger }),
    headFile: createHeadFile({ file: join(dir, 'head.bin'), secrets: secrets.store, log: silentLogger }),
    log: silentLogger,
    ...(options.capture ? { capture: options.capture } : {}),
  });
  return {
    dir,
    file,
    db,
    log,
    advance: time.advance,
    clock: time.clock,
    secrets,
    restart: () => {
      if (db.open) db.close();
      return openIn(dir, options, time, secrets);
    },
    dispose: () => {
      if (db.open) db.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const HASH = 'a'.repeat(64);
const AI = { kind: 'ai', ref: 'm1' } as const;

export const requestInput = (rest: Partial<EntryInputOf<'ai.request'>> = {}): EntryInputOf<'ai.request'> => ({
  type: 'ai.request',
  actor: AI,
  acct: 'account-1',
  net: 'bluesky',
  task: 'reply_draft',
  task_class: 'generative',
  trigger: 'user',
  autonomy: 'L1',
  gen_ai: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'small-1',
    'gen_ai.request.temperature': '0.7',
  },
  endpoint: { host: 'api.example.com', local: false, region: 'eu' },
  prompt: { name: 'reply', version: 3, hash: HASH },
  inputs: [{ kind: 'message', ref: 'message-1', trust: 'untrusted' }],
  redaction: { policy: 'default-1', counts: { handle: 1 }, reversible: true },
  guard: {
    stripped: { zero_width: 0, bidi: 0, tag: 0 },
    injection_signal_milli: 0,
    datamark: true,
    tools: 0,
  },
  legal: {
    purpose: 'customer_service',
    basis: 'legitimate_interest',
    recipient: 'Example',
    transfer: 'none',
    retention_class: 'own',
  },
  slots: { prompt: { text: 'Answer politely.' }, input_message: { text: 'Where is my order?' } },
  ...rest,
});

export const responseInput = (
  request: string,
  rest: Partial<EntryInputOf<'ai.response'>> = {},
): EntryInputOf<'ai.response'> => ({
  type: 'ai.response',
  actor: AI,
  acct: 'account-1',
  ref: { request },
  status: 'ok',
  gen_ai: {
    'gen_ai.response.model': 'small-1',
    'gen_ai.usage.input_tokens': 120,
    'gen_ai.usage.output_tokens': 30,
  },
  latency_ms: 900,
  cost: { micros: 1200, ccy: 'USD', basis: 'estimated', price_table: '2026-11-01' },
  model_drift: false,
  slots: { output: { text: 'It is on its way.' } },
  ...rest,
});

export const decisionInput = (
  request: string,
  response: string,
  reviewer: string,
): EntryInputOf<'human.decision'> => ({
  type: 'human.decision',
  actor: { kind: 'human', ref: reviewer },
  acct: 'account-1',
  ref: { request, response },
  decision: 'edited',
  reviewer: { ref: reviewer, role: 'editor', editorial_responsibility: true },
  review: { opened_ms: 5000, focused_ms: 4200, end_seen: true },
  contribution: { class: 'edited', kept_milli: 800, ai_share_milli: 700 },
  slots: {
    final: { text: 'It is on its way to you.' },
    reviewer_name: { text: 'Ana Reviewer', subj: reviewer },
  },
});

export const publishInput = (
  decision: { id: string; seq: number },
  post: string,
): EntryInputOf<'publish'> => ({
  type: 'publish',
  actor: { kind: 'system', ref: 'engine' },
  acct: 'account-1',
  net: 'bluesky',
  ref: { decision: decision.id, post, draft: `variant of ${post}` },
  origin: 'ai_edited',
  approval: decision.seq,
  final_matches_approval: true,
  disclosure: { decision: 'text', basis: 'brand_policy', visible: true },
  sent_at: '2026-11-22T10:05:00.000Z',
  slots: {
    remote_ref: { text: 'https://example.com/post/1' },
    disclosure_text: { text: 'Drafted with AI, reviewed by Ana' },
  },
});

/** Erasing as the core wires it, with its list beside the database. */
export const erasureOf = ({ log, dir, db }: LogFixture, on = db) =>
  createErasure({
    log,
    db: on,
    list: createErasedList({ file: join(dir, 'erased.json'), logId: log.id, log: silentLogger }),
    diagnostics: silentLogger,
  });

/** A whole act in one transaction: request, answer, decision, publication. */
export function appendAct(
  log: TransparencyLog,
  rest: Partial<EntryInputOf<'ai.request'>> = {},
  post = 'post-1',
) {
  const account = rest.acct ? { acct: rest.acct } : {};
  return log.durably(() => {
    const request = log.append(requestInput(rest));
    const response = log.append(responseInput(request.id, account));
    const reviewer = log.subject('reviewer', 'user-1');
    const decision = log.append({ ...decisionInput(request.id, response.id, reviewer), ...account });
    const published = log.append({ ...publishInput(decision, post), ...account });
    return { request, response, decision, published };
  });
}
