import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import { toErrorInfo, type ErrorInfo } from '@shared/domain/errors';
import type { AccountId } from '@shared/domain/ids';
import type { Progress } from '@shared/ipc/common';
import type { LogRow } from '@shared/ipc/transparency';
import { onEvent } from '@/bridge/events';
import { invoke } from '@/bridge/invoke';
import { stream } from '@/bridge/stream';
import { useResource, type Resource } from '@/ui/resource';
import { withNewest, withOlder, type LedgerPages } from './ledger-pages';

export type LogFilter = {
  readonly query: string;
  readonly types: readonly string[];
  readonly actors: readonly LogRow['actor'][];
  readonly accountId: AccountId | null;
  readonly from: number | null;
  readonly to: number | null;
};
export const noFilter: LogFilter = {
  query: '',
  types: [],
  actors: [],
  accountId: null,
  from: null,
  to: null,
};
const PAGE = 100;

/** The ledger: its state, the rows that the filter lets through (newest first, by pages) and the entry in view. */
export const useLogStore = defineStore('transparency', () => {
  const state = useResource(() => invoke('transparency.state', {}));
  const filter = shallowRef<LogFilter>(noFilter);
  const moreError = shallowRef<ErrorInfo | null>(null);
  const loadingMore = ref(false);
  const seq = ref<number | null>(null);
  const verifying = shallowRef<Progress | null>(null);
  let cancelVerify: (() => void) | null = null;

  const fetchPage = async (after: string | null): Promise<LedgerPages> => {
    const { query, types, actors, accountId, from, to } = filter.value;
    const page = await invoke('transparency.list', {
      types: types.length > 0 ? [...types] : undefined,
      actors: actors.length > 0 ? [...actors] : undefined,
      accountId: accountId ?? undefined,
      from: from ?? undefined,
      to: to ?? undefined,
      query: query.trim() === '' ? undefined : query.trim(),
      after,
      limit: PAGE,
    });
    return { rows: page.items, next: page.next };
  };
  /** The filter that `ledger` holds the rows of. */
  let filtered: LogFilter | null = null;
  const ledger: Resource<LedgerPages> = useResource(async (): Promise<LedgerPages> => {
    const asked = filter.value;
    const page = await fetchPage(null);
    const known = filtered === asked ? ledger.value.value : null;
    if (asked === filter.value) filtered = asked;
    return withNewest(known, page);
  });
  /** The chosen entry, and the other acts of the same case. */
  const detail = useResource(async () => {
    if (seq.value === null) return null;
    const chosen = await invoke('transparency.detail', { seq: seq.value });
    const others = chosen.related.map((row) => row.seq).filter((other) => other !== chosen.row.seq);
    const related = await Promise.all(others.map((other) => invoke('transparency.detail', { seq: other })));
    return { chosen, all: [chosen, ...related] };
  });

  async function setFilter(part: Partial<LogFilter>): Promise<void> {
    filter.value = { ...filter.value, ...part };
    await ledger.load();
  }

  async function loadMore(): Promise<void> {
    const after = ledger.value.value?.next ?? null;
    if (after === null || loadingMore.value) return;
    const asked = filter.value;
    loadingMore.value = true;
    try {
      const page = await fetchPage(after);
      const known = ledger.value.value;
      if (known && asked === filtered && known.next === after) ledger.set(withOlder(known, page));
      moreError.value = null;
    } catch (thrown) {
      moreError.value = toErrorInfo(thrown);
    } finally {
      loadingMore.value = false;
    }
  }

  async function select(next: number | null): Promise<void> {
    seq.value = next;
    await detail.load();
  }

  /** Verifies the whole chain in a worker of main. Rejects with `cancelled` when stopped. */
  async function verify(): Promise<void> {
    verifying.value = { done: 0, total: null };
    const run = stream('transparency.verify', {}, (part) => (verifying.value = part));
    cancelVerify = run.cancel;
    try {
      state.set(await run.result);
    } finally {
      cancelVerify = null;
      verifying.value = null;
    }
  }
  const stopVerify = (): void => cancelVerify?.();

  onEvent('log.changed', () => {
    if (ledger.value.value) void ledger.load();
    if (state.value.value) void state.load();
  });

  return {
    state,
    filter,
    ledger,
    loadingMore,
    moreError,
    seq,
    detail,
    verifying,
    setFilter,
    loadMore,
    select,
    verify,
    stopVerify,
  };
});
