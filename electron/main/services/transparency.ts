import { appError } from '@shared/domain/errors';
import { diffWords } from '@shared/domain/word-diff';
import type { Output, ParsedInput } from '@shared/ipc/contract';
import type { AppEvent } from '@shared/ipc/events';
import type { Progress } from '@shared/ipc/common';
import type { LogDetail, LogRow, LogState } from '@shared/ipc/transparency';
import type { Logger, ShellControls } from '../ports';
import type { CoverageResult } from '../transparency/coverage';
import type { Erasure } from '../transparency/erasure';
import type { ExportRequest, ExportResult } from '../transparency/export/request';
import { checkWords } from '../transparency/check-words';
import type { TransparencyLog } from '../transparency/log';
import type { EntryRow, EntryView } from '../transparency/reader';
import type { EntryType } from '../transparency/entry-types';
import type { LogSummary } from '../transparency/summary';
import type { VerifyResult } from '../transparency/verify';
import { authorOf, toLogRow } from './transparency-rows';

type Stream = { readonly signal: AbortSignal; readonly part: (progress: Progress) => void };
type Watch = { readonly onProgress: (done: number, total: number) => void; readonly signal?: AbortSignal };

export type TransparencyDeps = {
  readonly log: TransparencyLog;
  readonly summary: LogSummary;
  readonly coverage: () => CoverageResult;
  readonly erasure: Erasure;
  readonly runVerify: (watch: Watch) => Promise<VerifyResult>;
  readonly runExport: (
    request: ExportRequest,
    watch: {
      readonly onProgress: (p: { done: number; total: number }) => void;
      readonly signal: AbortSignal;
    },
  ) => Promise<ExportResult>;
  /** Told after each check of the whole log; false pauses the AI. */
  readonly onChecked: (ok: boolean) => void;
  readonly accountLabel: (id: string) => string | undefined;
  /** Texts of the prompts that this version can use. */
  readonly prompts: () => readonly {
    readonly name: string;
    readonly version: number;
    readonly hash: string;
    readonly text: string;
  }[];
  readonly settings: () => { readonly zone: string };
  readonly shell: Pick<ShellControls, 'chooseFolder' | 'showItemInFolder'>;
  readonly events: { readonly emit: (event: AppEvent) => void };
  readonly diagnostics: Logger;
};

/** The ledger and what can be done with it: read, verify, export, erase. */
export function createTransparencyService(deps: TransparencyDeps) {
  const { log, summary, erasure } = deps;
  let last: VerifyResult | undefined;
  let running: Promise<VerifyResult> | undefined;
  let coverage: { readonly seq: number; readonly result: CoverageResult } | undefined;
  const exported = new Set<string>();

  const coverageNow = (): CoverageResult => {
    const { seq } = log.head();
    if (coverage?.seq !== seq) coverage = { seq, result: deps.coverage() };
    return coverage.result;
  };
  const changed = (): void => deps.events.emit({ type: 'log.changed', ids: [] });

  /** One check at a time; a second caller gets the answer of the first. */
  const check = (watch: Watch): Promise<VerifyResult> => {
    running ??= deps
      .runVerify(watch)
      .then((result) => {
        if (!result.ok && last?.ok !== false) reportBreak(result);
        last = result;
        deps.onChecked(result.ok);
        return result;
      })
      .finally(() => {
        running = undefined;
        changed();
      });
    changed();
    return running;
  };

  /** The break is part of the record too, as far as the log still takes an entry. */
  const reportBreak = ({ firstBad, reason }: VerifyResult): void => {
    deps.diagnostics.error('the transparency log is broken', { seq: firstBad, reason });
    try {
      log.append({
        type: 'incident',
        actor: { kind: 'system', ref: 'app' },
        severity: 'high',
        category: 'information_integrity',
        ...(firstBad !== undefined && firstBad > 0 && { seqs: [firstBad] }),
        action: 'ai_paused',
        closed: false,
      });
    } catch (thrown) {
      deps.diagnostics.error('the incident could not be recorded', { detail: String(thrown) });
    }
  };

  const state = (): LogState => {
    const { milli, gaps } = coverageNow();
    const { requests } = log.totals({});
    const checkpoint = log.lastCheckpoint();
    return {
      size: log.head().seq,
      verifiedAt: last?.checkedAt ?? null,
      verifying: running !== undefined,
      broken: last && !last.ok ? { seq: last.firstBad ?? 0, reason: last.reason ?? 'unreadable' } : null,
      signed: log.publicKey() !== undefined,
      fingerprint: log.publicKey()?.fingerprint ?? null,
      checkWords: checkpoint ? checkWords(checkpoint.root).join(' ') : null,
      coverageMilli: milli,
      gaps: gaps.length,
      keptMilliMedian: summary.keptMedian(),
      acts: { total: requests.device + requests.cloud, onDevice: requests.device },
      sentWithoutPerson: summary.sentWithoutPerson(),
    };
  };

  const rowOf = (row: EntryRow | EntryView): LogRow => {
    const request = row.entry.ref?.request;
    const view =
      row.type === 'ai.request' ? log.entry(row.seq) : request === undefined ? undefined : log.byId(request);
    return toLogRow(row, authorOf(view));
  };

  const list = (input: ParsedInput<'transparency.list'>): Output<'transparency.list'> => {
    const page = log.entries({
      types: input.types as readonly EntryType[] | undefined,
      actors: input.actors,
      account: input.accountId,
      from: input.from,
      to: input.to,
      text: input.query,
      limit: input.limit,
      ...(input.after !== null && { before: Number(input.after) }),
    });
    return { items: page.items.map(rowOf), next: page.next === undefined ? null : String(page.next) };
  };

  const detail = ({ seq }: ParsedInput<'transparency.detail'>): LogDetail => {
    const view = log.entry(seq);
    if (!view) throw appError('not_found', { field: 'seq' });
    const related = log.related(seq);
    return {
      row: rowOf(view),
      hash: view.hash,
      prev: view.entry.prev,
      entry: JSON.stringify(view.entry),
      content: slotsOf(view),
      related: related.map(rowOf),
      diff: diffOf(related, view),
    };
  };

  const exportRecord = async (
    input: ParsedInput<'transparency.export'>,
    stream: Stream,
  ): Promise<Output<'transparency.export'>> => {
    const dir = input.directory ?? (await deps.shell.chooseFolder('Export the record to'));
    if (dir === undefined) return { path: null, entries: 0 };
    // a record of a broken log is worth keeping too: it says so itself, and its verifiers find the place
    await check({ signal: stream.signal, onProgress: (done, total) => stream.part({ done, total }) });
    const result = await deps.runExport(
      {
        account: input.accountId,
        accountLabel: input.accountId && deps.accountLabel(input.accountId),
        from: input.from,
        to: input.to,
        texts: input.includeTexts,
        names: input.includeNames,
        target: { kind: input.format, dir },
        zone: deps.settings().zone,
        actor: log.subject('reviewer', 'local'),
      },
      { signal: stream.signal, onProgress: ({ done, total }) => stream.part({ done, total }) },
    );
    exported.add(result.path);
    changed();
    return { path: result.path, entries: result.full };
  };

  return {
    state,
    list,
    detail,
    check,
    verify: async (_input: ParsedInput<'transparency.verify'>, stream: Stream): Promise<LogState> => {
      await check({ signal: stream.signal, onProgress: (done, total) => stream.part({ done, total }) });
      return state();
    },
    export: exportRecord,
    /** Opens only what was exported in this run: the window cannot make the system show any other path. */
    showExport: ({ path }: ParsedInput<'transparency.showExport'>): void => {
      if (!exported.has(path)) throw appError('not_found', { field: 'path' });
      deps.shell.showItemInFolder(path);
    },
    models: (): Output<'transparency.models'> => {
      const used = new Map(summary.prompts().map((prompt) => [prompt.hash, prompt.acts]));
      return {
        models: summary.models(),
        prompts: deps.prompts().map((prompt) => ({ ...prompt, acts: used.get(prompt.hash) ?? 0 })),
      };
    },
    leaving: (): Output<'transparency.leaving'> => summary.hosts().map((host) => ({ ...host })),
    findSubject: ({ query }: ParsedInput<'transparency.findSubject'>): Output<'transparency.findSubject'> =>
      erasure.search(query).subjects.map((hit) => ({
        subject: hit.subj,
        label: labelOf(log, hit.subj) ?? query,
        slots: erasure.preview([hit.subj]).slots.length,
        entries: hit.entries,
      })),
    erase: ({ subject, reason }: ParsedInput<'transparency.erase'>): Output<'transparency.erase'> => {
      const { erased } = erasure.erase({ subjects: [subject], reason, by: log.subject('reviewer', 'local') });
      changed();
      return { erased };
    },
  };
}

const slotsOf = (view: EntryView): LogDetail['content'] =>
  Object.entries(view.slots).map(([slot, opened]) => ({
    slot,
    cls: opened.cls,
    text: opened.text ?? null,
    erased: opened.state !== 'open',
  }));

/** From the answer that the decision was about to the text that the person approved. */
function diffOf(related: readonly EntryView[], view: EntryView): LogDetail['diff'] {
  const decision =
    view.type === 'human.decision'
      ? view
      : related.findLast((item) => item.type === 'human.decision' && item.slots.final?.text !== undefined);
  const response = related.findLast(
    (item) => item.type === 'ai.response' && (decision === undefined || item.seq < decision.seq),
  );
  const before = response?.slots.output?.text;
  const after = decision?.slots.final?.text;
  return before === undefined || after === undefined
    ? null
    : diffWords(before, after).map((part) => ({ ...part }));
}

/** A name for a person of the log, as far as one is still kept. */
function labelOf(log: TransparencyLog, subject: string): string | undefined {
  const row = log
    .entries({ types: ['ai.request'], limit: 200 })
    .items.find((item) => item.entry.subj?.includes(subject));
  return authorOf(row && log.entry(row.seq));
}
