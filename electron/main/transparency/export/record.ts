import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppInfo } from '../../ports';
import { checkpointFromRow, type Checkpoint, type CheckpointRow } from '../checkpoint';
import { checkWords } from '../check-words';
import type { CoverageResult } from '../coverage';
import type { Database } from '../database';
import { publicKeyInfo, type PublicKeyInfo } from '../ed25519';
import { readEntry } from '../entry-types';
import { fromBase64 } from '../hashes';
import { jcs } from '../jcs';
import type { TransparencyLog } from '../log';
import { allowedSigners } from '../sshsig';
import { csvHead, csvRow } from './csv';
import { plainLimits } from './limits';
import { manifestJson, type RecordCounts } from './manifest';
import { createRecordWriter, sha256Sums, type RecordWriter } from './record-writer';
import { reportHtml } from './report';
import { createFilter, type ExportProgress, type ExportRequest } from './request';
import { recordRows } from './rows';
import { createTallier, type Tally } from './tally';
import { breathe } from './zip';

export type RecordJob = {
  readonly log: TransparencyLog;
  readonly openReader: () => Database;
  readonly app: AppInfo;
  readonly verifiersDir: string;
  readonly coverage?: () => CoverageResult;
  readonly request: ExportRequest;
  readonly checkpoint: Checkpoint;
  readonly bundle: string;
  readonly made: number;
  readonly folder: string;
  readonly options: {
    readonly onProgress?: (progress: ExportProgress) => void;
    readonly signal?: AbortSignal;
  };
};

/** How long the main thread works before it lets the window breathe. */
const SLICE_MS = 12;

/** Writes every file of a record into an empty folder. */
export async function writeRecord(
  job: RecordJob,
): Promise<{ readonly counts: RecordCounts; readonly manifest: string }> {
  const db = job.openReader();
  try {
    // One snapshot: an erasure or prune that happens meanwhile belongs to the next record.
    db.exec('BEGIN');
    const writer = createRecordWriter(job.folder);
    const coverage = job.coverage?.();
    const { counts, tally, head } = await writeRows(job, db, writer);
    const keys = keysOf(db, job.checkpoint.size);
    writeCheckpoints(job.checkpoint, db, writer, job.checkpoint.signed ? keys : []);
    writeReading(job, writer, { counts, tally, coverage, key: keys[0] });
    const manifest = manifestJson({
      logId: job.log.id,
      bundle: job.bundle,
      made: job.made,
      app: job.app,
      request: job.request,
      head: { seq: job.checkpoint.size, hash: head },
      checkpoint: job.checkpoint,
      key: job.checkpoint.signed ? keys[0] : undefined,
      counts,
      coverage,
      files: writer.hashes(),
    });
    writer.write('manifest.json', manifest);
    if (job.checkpoint.signed) writer.write('manifest.json.sig', signatureOf(job.log, manifest, keys[0]));
    writer.write('SHA256SUMS', sha256Sums(writer.hashes()));
    return { counts, manifest };
  } finally {
    db.close();
  }
}

function signatureOf(log: TransparencyLog, manifest: string, key: PublicKeyInfo | undefined): string {
  const signature = log.publicKey()?.raw === key?.raw ? log.sign(Buffer.from(manifest, 'utf8')) : undefined;
  if (signature === undefined) throw new Error('the signing key changed while the record was written');
  return signature;
}

async function writeRows(
  job: RecordJob,
  db: Database,
  writer: RecordWriter,
): Promise<{ counts: RecordCounts; tally: Tally; head: string }> {
  const { request, checkpoint, options } = job;
  const files = {
    entries: writer.open('entries.jsonl'),
    content: writer.open('content.jsonl'),
    csv: writer.open('record.csv'),
  };
  const tallier = createTallier();
  const count = { total: 0, full: 0, stubs: 0, pruned: 0, texts: 0, withheld: 0, erased: 0, not_stored: 0 };
  let head = '';
  let since = performance.now();
  files.csv.add(csvHead());
  const rows = recordRows(db, {
    size: checkpoint.size,
    shows: createFilter(request),
    opens: (cls) => (cls === 'identity' ? request.names : request.texts),
  });
  try {
    for (const row of rows) {
      files.entries.add(row.line);
      row.openings.forEach(files.content.add);
      if (row.entry) files.csv.add(csvRow(row.entry, row.hash, row.texts));
      tallier.add(row);
      head = row.hash;
      count.total += 1;
      count[row.entry ? 'full' : row.pruned ? 'pruned' : 'stubs'] += 1;
      count.texts += row.openings.length;
      count.withheld += row.missing.withheld;
      count.erased += row.missing.erased;
      count.not_stored += row.missing.notStored;
      if (performance.now() - since < SLICE_MS) continue;
      options.onProgress?.({ done: row.seq, total: checkpoint.size, step: 'entries' });
      await breathe();
      options.signal?.throwIfAborted();
      since = performance.now();
    }
  } finally {
    Object.values(files).forEach((file) => file.close());
  }
  options.onProgress?.({ done: checkpoint.size, total: checkpoint.size, step: 'entries' });
  return { counts: count, tally: tallier.result(), head };
}

/** Every key that the log named up to this size, newest first. */
function keysOf(db: Database, size: number): readonly PublicKeyInfo[] {
  return db
    .prepare<[number], { entry: string }>(
      "SELECT entry FROM ai_log_entry WHERE type IN ('log.genesis', 'key.rotate') AND seq <= ? ORDER BY seq DESC",
    )
    .all(size)
    .flatMap(({ entry: text }) => {
      const entry = readEntry(text);
      const named =
        entry.type === 'key.rotate' ? entry.new : entry.type === 'log.genesis' ? entry.key : undefined;
      return named ? [publicKeyInfo(fromBase64(named.public))] : [];
    });
}

function writeCheckpoints(
  checkpoint: Checkpoint,
  db: Database,
  writer: RecordWriter,
  keys: readonly PublicKeyInfo[],
): void {
  const rows = db.prepare<[number], CheckpointRow>(
    'SELECT size, note, sshsig FROM ai_log_checkpoint WHERE size <= ? ORDER BY size',
  );
  const all = writer.open('checkpoints.jsonl');
  for (const row of rows.iterate(checkpoint.size)) {
    const body = checkpointFromRow(row)?.body;
    if (body !== undefined) all.add(`${jcs({ size: row.size, body, note: row.note, sshsig: row.sshsig })}\n`);
  }
  all.close();
  writer.write('checkpoint.txt', checkpoint.note);
  writer.write('checkpoint.body', checkpoint.body);
  const [newest] = keys;
  if (!newest) return;
  writer.write('checkpoint.body.sig', checkpoint.sshsig);
  writer.write('pubkey.pem', newest.pem);
  writer.write('allowed_signers', allowedSigners(keys.map(({ ssh }) => ssh)));
}

type Reading = {
  readonly counts: RecordCounts;
  readonly tally: Tally;
  readonly coverage: CoverageResult | undefined;
  readonly key: PublicKeyInfo | undefined;
};

/** The files for people: report, guide, and the verifiers themselves. */
function writeReading(job: RecordJob, writer: RecordWriter, { counts, tally, coverage, key }: Reading): void {
  const { request, checkpoint, app, log } = job;
  const words = checkWords(checkpoint.root);
  const fingerprint = checkpoint.signed ? key?.fingerprint : undefined;
  const report = reportHtml({
    logId: log.id,
    made: job.made,
    app: `${app.name} ${app.version}`,
    accountLabel: request.accountLabel ?? request.account,
    from: request.from,
    to: request.to,
    zone: request.zone,
    texts: request.texts,
    names: request.names,
    size: checkpoint.size,
    root: checkpoint.root,
    words,
    fingerprint,
    counts,
    coverage,
    tally,
  });
  writer.write('report.html', report);
  const guide: Readonly<Record<string, string>> = {
    log: log.id,
    size: String(checkpoint.size),
    made: new Date(job.made).toISOString(),
    app: `${app.name} ${app.version} (${app.commit})`,
    fingerprint: fingerprint ?? 'not signed',
    words: words.join(' '),
    limits: plainLimits()
      .map((limit) => `- ${limit}`)
      .join('\n'),
  };
  const shipped = (name: string): string => readFileSync(join(job.verifiersDir, name), 'utf8');
  writer.write(
    'VERIFY.md',
    shipped('VERIFY.md').replace(/\{\{(\w+)\}\}/g, (whole, name: string) => guide[name] ?? whole),
  );
  for (const name of ['verify.mjs', 'verify.py']) writer.write(name, shipped(name));
}
