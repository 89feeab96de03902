import type { AppInfo } from '../../ports';
import type { Checkpoint } from '../checkpoint';
import { checkWords } from '../check-words';
import type { CoverageResult } from '../coverage';
import type { PublicKeyInfo } from '../ed25519';
import type { Head } from '../head-file';
import { jcs } from '../jcs';
import { namedKey } from '../keys';
import { plainLimits } from './limits';
import type { ExportRequest } from './request';

const RECORD_FORMAT = 'candor.ai-record/1';

/** What the verifiers count again. `stubs` are entries outside the filter, `pruned` those that retention removed. */
export type RecordCounts = {
  readonly total: number;
  readonly full: number;
  readonly stubs: number;
  readonly pruned: number;
  readonly texts: number;
  readonly withheld: number;
  readonly erased: number;
  readonly not_stored: number;
};

export type ManifestFacts = {
  readonly logId: string;
  readonly bundle: string;
  readonly made: number;
  readonly app: AppInfo;
  readonly request: ExportRequest;
  readonly head: Head;
  readonly checkpoint: Checkpoint;
  readonly key: PublicKeyInfo | undefined;
  readonly counts: RecordCounts;
  readonly coverage: CoverageResult | undefined;
  readonly files: Readonly<Record<string, string>>;
};

const instantOf = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString();

/** manifest.json in canonical form: what the record is, and the hash of every other file. */
export function manifestJson(facts: ManifestFacts): string {
  const { request, app, checkpoint, head, key } = facts;
  return jcs({
    format: RECORD_FORMAT,
    log: facts.logId,
    bundle: facts.bundle,
    made: instantOf(facts.made),
    app: { name: app.name, version: app.version, commit: app.commit },
    filter: {
      account: request.account,
      account_label: request.accountLabel,
      from: instantOf(request.from),
      to: instantOf(request.to),
    },
    options: { texts: request.texts, names: request.names },
    counts: facts.counts,
    coverage: facts.coverage && {
      milli: facts.coverage.milli,
      checked: facts.coverage.checked,
      gaps: facts.coverage.gaps.length,
      open: facts.coverage.open,
      interrupted: facts.coverage.interrupted,
    },
    head: { seq: head.seq, hash: head.hash },
    checkpoint: { size: checkpoint.size, root: checkpoint.root },
    check_words: checkWords(checkpoint.root),
    signed: checkpoint.signed,
    key: key && namedKey(key),
    anchors: [],
    files: facts.files,
    limits: plainLimits(),
  });
}
