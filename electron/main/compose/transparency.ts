import { join } from 'node:path';
import type { Db } from '../db/open';
import { openReader } from '../db/open';
import type { Ports } from '../ports';
import { checkCoverage, recordGaps, type CoverageFacts, type CoverageResult } from '../transparency/coverage';
import { createErasedList } from '../transparency/erased-list';
import { createErasure } from '../transparency/erasure';
import { createExporter } from '../transparency/export/bundle';
import { createHeadFile } from '../transparency/head-file';
import { closeInterrupted } from '../transparency/interrupted';
import { createLogKeys } from '../transparency/keys';
import { createLog } from '../transparency/log';
import { createRetention, defaultRetention } from '../transparency/retention';
import { runVerifyInWorker, type RunVerifyOptions } from '../transparency/run-verify';
import { createLogSummary } from '../transparency/summary';
import { createTransparencyService, type TransparencyDeps } from '../services/transparency';
import createVerifyWorker from '../transparency/verify-worker?nodeWorker';

/** The log and everything that reads, checks, exports and prunes it. */
export function composeTransparency(ports: Ports, db: Db) {
  const { clock, log: diagnostics, secrets, app } = ports;
  const folder = join(ports.paths.data, 'transparency');
  const keys = createLogKeys({ file: join(folder, 'key.json'), secrets, log: diagnostics });
  const headFile = createHeadFile({ file: join(folder, 'head.bin'), secrets, log: diagnostics });
  const log = createLog({ db: db.raw, clock, app, keys, headFile, log: diagnostics });
  const list = createErasedList({ file: join(folder, 'erased.json'), logId: log.id, log: diagnostics });
  const erasure = createErasure({ log, db: db.raw, list, diagnostics });
  const retention = createRetention({ log, db: db.raw, clock, policy: () => defaultRetention });
  const facts: { current?: CoverageFacts } = {};
  const coverage = (): CoverageResult => checkCoverage({ db: db.raw, boot: log.boot, facts: facts.current });
  const exporter = createExporter({
    log,
    openReader: () => openReader(db.file),
    clock,
    app,
    verifiersDir: join(ports.paths.resources, 'verifiers'),
    coverage,
  });
  const runVerify = (options: RunVerifyOptions) =>
    runVerifyInWorker(createVerifyWorker, log.verifyJob(db.file), options);

  return {
    log,
    /** Once secrets may be kept, checkpoints are signed; calling it again changes nothing. */
    signWhenPossible: (): void => {
      if (secrets.protection() !== 'unavailable') log.ensureKey();
    },
    erasure,
    retention,
    exporter,
    coverage,
    summary: createLogSummary(db.raw),
    runVerify,
    /** What the rest of the app knows about drafts, posts and calls: known only when all parts exist. */
    setFacts: (known: CoverageFacts): void => {
      facts.current = known;
    },
    /** Daily and at start: remove what is too old, sign where the log stands, note what is missing. */
    maintain: async (): Promise<void> => {
      await retention.prune();
      erasure.truncate();
      log.checkpoint();
      recordGaps(log, coverage());
    },
    /** A restored backup holds what was erased after it was made: that goes again. */
    eraseAgain: (): void => {
      const texts = erasure.again();
      if (texts > 0) diagnostics.warn('erased texts of a restored backup are erased again', { texts });
    },
    closeInterrupted: (): number => closeInterrupted({ log, db: db.raw }),
  };
}
export type TransparencyParts = ReturnType<typeof composeTransparency>;

type ServiceDeps = Pick<TransparencyDeps, 'onChecked' | 'accountLabel' | 'prompts' | 'settings' | 'events'>;

export const composeTransparencyService = (ports: Ports, record: TransparencyParts, deps: ServiceDeps) =>
  createTransparencyService({
    ...deps,
    log: record.log,
    summary: record.summary,
    coverage: record.coverage,
    erasure: record.erasure,
    runVerify: record.runVerify,
    runExport: record.exporter.run,
    shell: ports.shell,
    diagnostics: ports.log,
  });
