import { createPinia, disposePinia, setActivePinia, type Pinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConversationRow } from '@shared/ipc/inbox';
import { useListStore } from '@/features/inbox/list-store';
import { deferred } from '../support/deferred';
import { installFakeCandor } from '../support/fake-candor';
import { NOW, sampleAccount, sampleRow } from '../support/sample';

const account = sampleAccount();
let stored: ConversationRow[];
const fake = installFakeCandor({
  'inbox.list': ({ after, limit = 60 }) => {
    const from = Number(after ?? 0);
    const end = from + limit;
    return { items: stored.slice(from, end), next: end < stored.length ? String(end) : null };
  },
  'inbox.rows': ({ ids }) => stored.filter((row) => ids.includes(row.id)),
});

let pinia: Pinia;
beforeEach(() => {
  pinia = createPinia();
  setActivePinia(pinia);
  fake.calls.length = 0;
  stored = Array.from({ length: 130 }, (_, index) =>
    sampleRow(account, `Author ${index}`, { lastMessageAt: NOW - index * 1000 }),
  );
});
// a store that lives on would hear the events of the next test, and ask a window that is gone
afterEach(() => disposePinia(pinia));
const changed = (ids: string[] = []): void => fake.emit({ type: 'inbox.changed', ids });

describe('the list of conversations', () => {
  it('pages by the cursor that main gave until there is no more', async () => {
    const list = useListStore();
    await list.open({ view: 'open' });
    expect(list.rows).toHaveLength(60);
    await list.more();
    await list.more();
    await list.more();
    expect(list.rows).toHaveLength(130);
    expect(fake.calls.filter((call) => call.method === 'inbox.list')).toHaveLength(3);
  });

  it('follows a change without losing the rows already loaded or the selection', async () => {
    const list = useListStore();
    await list.open({ view: 'open' });
    await list.more();
    list.select(list.rows[80]!.id);
    stored.unshift(sampleRow(account, 'New', { lastMessageAt: NOW + 1000 }));
    changed([stored[0]!.id]);
    await vi.waitFor(() => expect(list.rows[0]?.author.displayName).toBe('New'));
    expect(list.rows).toHaveLength(121);
    expect(list.selected?.author.displayName).toBe('Author 80');
  });

  it('asks only for the changed rows of a long list, and leaves no hole in it', async () => {
    stored = Array.from({ length: 900 }, (_, index) =>
      sampleRow(account, `Author ${index}`, { lastMessageAt: NOW - index * 1000 }),
    );
    const list = useListStore();
    await list.open({ view: 'open' });
    while (list.next !== null) await list.more();
    fake.calls.length = 0;
    stored[800] = { ...stored[800]!, snippet: 'changed' };
    changed([stored[800].id]);
    await vi.waitFor(() => expect(list.rows[800]?.snippet).toBe('changed'));
    expect(fake.calls.filter((call) => call.method === 'inbox.rows')).toMatchObject([
      { input: { ids: [stored[800].id] } },
    ]);
    expect(list.rows).toHaveLength(900);
    stored[600] = { ...stored[600]!, snippet: 'one of many' };
    changed();
    await vi.waitFor(() => expect(list.rows[600]?.snippet).toBe('one of many'));
    expect(list.rows).toHaveLength(900);
  });

  it('keeps the selected row in sight after it left the view', async () => {
    const list = useListStore();
    stored = stored.slice(0, 5);
    await list.open({ view: 'unread' });
    list.select(list.rows[2]!.id);
    const read = stored[2]!;
    fake.on({ 'inbox.rows': ({ ids }) => [read, ...stored].filter((row) => ids.includes(row.id)) });
    stored = stored.filter((row) => row.id !== read.id);
    await list.refresh();
    expect(list.rows.map((row) => row.author.displayName)).toContain('Author 2');
    list.select(list.rows[0]!.id);
    await list.refresh();
    expect(list.rows.map((row) => row.author.displayName)).not.toContain('Author 2');
  });

  it('shows only the answer of the view that was asked for last', async () => {
    const list = useListStore();
    const slow = deferred();
    fake.on({
      'inbox.list': async ({ filter }) => {
        if (filter.view === 'done') await slow.promise;
        return { items: [sampleRow(account, filter.view)], next: null };
      },
    });
    const first = list.open({ view: 'done' });
    await list.open({ view: 'snoozed' });
    slow.resolve();
    await first;
    expect(list.rows.map((row) => row.author.displayName)).toEqual(['snoozed']);
  });

  it('keeps what it shows when a refresh fails, and says what failed when it opens', async () => {
    const list = useListStore();
    fake.on({
      'inbox.list': () => {
        throw new Error('disk');
      },
    });
    await list.open({ view: 'open' });
    expect(list.error).toMatchObject({ kind: 'internal', detail: 'disk' });
  });
});
