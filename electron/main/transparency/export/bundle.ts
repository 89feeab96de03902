import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { uuidv7 } from '@shared/domain/ids';
import { appError, AppError } from '@shared/domain/errors';
import type { AppInfo, Clock } from '../../ports';
import type { Checkpoint } from '../checkpoint';
import { checkWords } from '../check-words';
import type { CoverageResult } from '../coverage';
import type { Database } from '../database';
import { hex, sha256 } from '../hashes';
import type { TransparencyLog } from '../log';
import { writeRecord } from './record';
import {
  createFilter,
  recordName,
  type ExportFilter,
  type ExportProgress,
  type ExportRequest,
  type ExportResult,
} from './request';
import { zipFolder } from './zip';

export type ExporterDeps = {
  readonly log: TransparencyLog;
  /** An own read-only connection: the record is one snapshot and the writer is never held up. */
  readonly openReader: () => Database;
  readonly clock: Clock;
  readonly app: AppInfo;
  /** Folder with verify.mjs, verify.py and VERIFY.md. */
  readonly verifiersDir: string;
  readonly coverage?: () => CoverageResult;
};

export type RunOptions = {
  readonly onProgress?: (progress: ExportProgress) => void;
  readonly signal?: AbortSignal;
};
export type ExportPreview = { readonly size: number; readonly full: number; readonly stubs: number };

export type Exporter = {
  readonly preview: (filter: ExportFilter) => ExportPreview;
  /**
   * Writes the record beside its final place and moves it there when it is complete. Throws AppError `cancelled`,
   * `disk_full` or `internal`; then nothing is left behind, and the log says that the export was abandoned.
   */
  readonly run: (request: ExportRequest, options?: RunOptions) => Promise<ExportResult>;
};

export function createExporter(deps: ExporterDeps): Exporter {
  const { log, clock } = deps;

  const announce = (request: ExportRequest, bundle: string, phase: 'begun' | 'abandoned'): void => {
    const period = {
      ...(request.from === undefined ? {} : { from: new Date(request.from).toISOString() }),
      ...(request.to === undefined ? {} : { to: new Date(request.to).toISOString() }),
    };
    log.append({
      type: 'export',
      actor: { kind: 'human', ref: request.actor },
      ...(request.account === undefined ? {} : { acct: request.account }),
      bundle,
      phase,
      ...(Object.keys(period).length > 0 ? { period } : {}),
      texts: request.texts,
      names: request.names,
      target: request.target.kind,
    });
  };

  const begin = (request: ExportRequest, bundle: string): Checkpoint => {
    announce(request, bundle, 'begun');
    const checkpoint = log.checkpoint();
    if (!checkpoint) throw appError('internal', { detail: 'a log that has an entry has a checkpoint' });
    return checkpoint;
  };

  return {
    preview: (filter) => previewOf(deps.openReader(), filter),
    run: async (request, options = {}) => {
      if (options.signal?.aborted) throw appError('cancelled');
      const made = clock.now();
      const bundle = uuidv7(made);
      const checkpoint = begin(request, bundle);
      const name = recordName(request, made, checkpoint.size);
      const work = join(request.target.dir, `.${name}.${bundle}.part`);
      try {
        mkdirSync(join(work, 'record'), { recursive: true });
        const written = await writeRecord({
          ...deps,
          request,
          checkpoint,
          bundle,
          made,
          folder: join(work, 'record'),
          options,
        });
        const path = await place(request, work, name, options);
        return {
          path,
          name,
          size: checkpoint.size,
          full: written.counts.full,
          stubs: written.counts.stubs + written.counts.pruned,
          erased: written.counts.erased,
          withheld: written.counts.withheld,
          signed: checkpoint.signed,
          manifestSha256: hex(sha256(written.manifest)),
          checkWords: checkWords(checkpoint.root),
        };
      } catch (error) {
        announce(request, bundle, 'abandoned');
        throw asExportError(error);
      } finally {
        if (existsSync(work)) rmSync(work, { recursive: true, force: true });
      }
    },
  };
}

/** Moves the finished record to its place; a second record of the same day and size gets a number. */
async function place(
  request: ExportRequest,
  work: string,
  name: string,
  { signal, onProgress }: RunOptions,
): Promise<string> {
  const { kind, dir } = request.target;
  const suffix = kind === 'zip' ? '.zip' : '';
  const free = (n: number): string => join(dir, `${name}${n === 1 ? '' : `-${n}`}${suffix}`);
  if (kind === 'zip') {
    const zip = join(work, 'record.zip');
    await zipFolder(join(work, 'record'), name, zip, signal, (done, total) =>
      onProgress?.({ done, total, step: 'zip' }),
    );
  }
  signal?.throwIfAborted();
  let n = 1;
  while (existsSync(free(n))) n += 1;
  renameSync(join(work, kind === 'zip' ? 'record.zip' : 'record'), free(n));
  return free(n);
}

function asExportError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof Error && error.name === 'AbortError') return appError('cancelled', {}, error);
  const errno = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return appError('disk_full', { detail: errno }, error);
  return appError('internal', { detail: error instanceof Error ? error.message : String(error) }, error);
}

function previewOf(db: Database, filter: ExportFilter): ExportPreview {
  try {
    const shows = createFilter(filter);
    type Row = { readonly type: string | null; readonly acct: string | null; readonly ts: string | null };
    const rows = db.prepare<[], Row>(
      'SELECT e.type, e.acct, e.ts FROM ai_log l LEFT JOIN ai_log_entry e ON e.seq = l.seq',
    );
    let size = 0;
    let full = 0;
    for (const { type, acct, ts } of rows.iterate()) {
      size += 1;
      if (type !== null && ts !== null && shows({ type, acct, ts })) full += 1;
    }
    return { size, full, stubs: size - full };
  } finally {
    db.close();
  }
}
