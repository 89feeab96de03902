import { createPinia, disposePinia, setActivePinia, type Pinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyContent, noDisclosure, type PostContent } from '@shared/domain/content';
import { appError } from '@shared/domain/errors';
import type { AccountId, PostId, SuggestionId, VariantId } from '@shared/domain/ids';
import { variantApprovals } from '@shared/domain/post-approval';
import type { Post } from '@shared/ipc/composer';
import { useAccountsStore } from '@/bridge/stores/accounts';
import { setText } from '@/features/composer/content-edit';
import { usePostStore } from '@/features/composer/post-store';
import { installFakeCandor, type FakeCandor } from '../support/fake-candor';
import { sampleAccount } from '../support/sample';

const account = '01a20000-0000-7000-8000-000000000001' as AccountId;
const postId = '01a20000-0000-7000-8000-000000000002' as PostId;
const variantId = '01a20000-0000-7000-8000-000000000003' as VariantId;
const mine = sampleAccount({ id: account });
const text = (words: string): PostContent => setText(emptyContent, 0, words);

const stored = (over: Partial<Post> = {}): Post => ({
  id: postId,
  base: emptyContent,
  media: [],
  variants: [
    {
      id: variantId,
      accountId: account,
      network: 'practice',
      override: null,
      state: 'draft',
      problem: null,
      publishedAt: null,
      url: null,
      metrics: null,
      options: {},
      remind: false,
    },
  ],
  dueAt: null,
  zone: null,
  missedPolicy: { kind: 'ask' },
  origin: 'human',
  disclosure: noDisclosure,
  updatedAt: 1,
  createdAt: 1,
  ...over,
});
const blank = { accountIds: [account], missedPolicy: { kind: 'ask' } as const };
const named = (candor: FakeCandor, method: string): unknown[] =>
  candor.calls.filter((call) => call.method === method).map((call) => call.input);

// The bridge subscribes once in its life, so there is one window for all tests.
const candor: FakeCandor = installFakeCandor();
let pinia: Pinia;
afterEach(() => disposePinia(pinia));
beforeEach(() => {
  pinia = createPinia();
  setActivePinia(pinia);
  candor.calls.length = 0;
  candor.on({
    'composer.create': () => stored(),
    'composer.get': () => stored({ base: text('From main') }),
    'composer.save': (input) => stored({ base: input.base, disclosure: input.disclosure ?? noDisclosure }),
    'composer.schedule': (input) => stored({ dueAt: input.dueAt, zone: input.zone }),
  });
});

describe('a new post', () => {
  it('is made with its first words, not with the view', async () => {
    const composer = usePostStore();
    await composer.open(null, blank);
    composer.change({ ...composer.draft, disclosure: noDisclosure });
    await composer.autosave.flush();
    expect(named(candor, 'composer.create')).toEqual([]);
    composer.change({ ...composer.draft, base: text('Hello') });
    await composer.autosave.flush();
    expect(named(candor, 'composer.create')).toHaveLength(1);
    expect(named(candor, 'composer.save')).toMatchObject([{ id: postId, base: text('Hello') }]);
  });

  it('names an inserted suggestion once', async () => {
    const composer = usePostStore();
    await composer.open(null, blank);
    composer.markInserted('01a20000-0000-7000-8000-000000000004' as SuggestionId);
    composer.change({ ...composer.draft, base: text('One') });
    await composer.autosave.flush();
    composer.change({ ...composer.draft, base: text('Two') });
    await composer.autosave.flush();
    const saves = named(candor, 'composer.save') as { suggestionId?: string }[];
    expect(saves.map((save) => save.suggestionId !== undefined)).toEqual([true, false]);
  });
});

describe('scheduling', () => {
  it('saves what is unsaved first and approves exactly what is on the screen', async () => {
    const composer = usePostStore();
    await composer.open(postId, blank);
    composer.change({ ...composer.draft, base: text('As shown') });
    useAccountsStore().accounts = [mine];
    await composer.schedule(5_000, 'Europe/Berlin');
    expect(candor.calls.map((call) => call.method)).toEqual([
      'composer.get',
      'composer.save',
      'composer.schedule',
    ]);
    const shown = { base: text('As shown'), media: [], disclosure: noDisclosure };
    const variant = { id: variantId, accountId: account, override: null, options: {} };
    const approvals = await variantApprovals(shown, [variant], () => mine.capabilities);
    expect(named(candor, 'composer.schedule')).toEqual([
      { id: postId, dueAt: 5_000, zone: 'Europe/Berlin', approvals },
    ]);
  });

  it('does not happen when the text could not be saved', async () => {
    const composer = usePostStore();
    await composer.open(postId, blank);
    candor.on({
      'composer.save': () => {
        throw appError('disk_full');
      },
    });
    composer.change({ ...composer.draft, base: text('Lost?') });
    await expect(composer.schedule(5_000, 'Europe/Berlin')).rejects.toMatchObject({
      info: { kind: 'disk_full' },
    });
    expect(named(candor, 'composer.schedule')).toEqual([]);
    expect(composer.draft.base).toEqual(text('Lost?'));
  });
});

it('a change from elsewhere is shown, but never over what the person is typing', async () => {
  const composer = usePostStore();
  await composer.open(postId, blank);
  composer.change({ ...composer.draft, base: text('Typing') });
  candor.emit({ type: 'posts.changed', ids: [postId] });
  expect(named(candor, 'composer.get')).toHaveLength(1);
  await composer.autosave.flush();
  candor.emit({ type: 'posts.changed', ids: [postId] });
  await expect.poll(() => composer.draft.base).toEqual(text('From main'));
});
