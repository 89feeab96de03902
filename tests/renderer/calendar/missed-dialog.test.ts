import { mount, flushPromises } from '@vue/test-utils';
import { createPinia } from 'pinia';
import { afterEach, expect, it } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import type { AccountId, PostId } from '@shared/domain/ids';
import type { MissedPost } from '@shared/ipc/calendar';
import MissedPostsDialog from '@/features/calendar/MissedPostsDialog.vue';
import { i18n } from '@/text/i18n';
import { installFakeCandor } from '../support/fake-candor';

const missed = (number: number, firstLine: string): MissedPost => ({
  post: {
    id: `01a20000-0000-7000-8000-00000000000${number}` as PostId,
    firstLine,
    dueAt: Date.parse('2026-11-22T08:00:00Z'),
    zone: 'Europe/Berlin',
    state: 'missed',
    problem: null,
    accounts: [{ id: 'a' as AccountId, network: 'practice', handle: 'northlight', state: 'missed' }],
    thumbnailUrl: null,
    origin: 'human',
    metrics: null,
    movable: true,
  },
  policy: { kind: 'ask' },
  missedByMs: 3 * 3_600_000,
});

const candor = installFakeCandor();
afterEach(() => {
  document.body.replaceChildren();
  candor.calls.length = 0;
});

async function open(posts: readonly MissedPost[]): Promise<void> {
  candor.on({ 'calendar.missed': () => posts, 'calendar.decideMissed': () => undefined });
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:all(.*)*', component: { render: () => null } }],
  });
  mount(MissedPostsDialog, { attachTo: document.body, global: { plugins: [createPinia(), router, i18n] } });
  await flushPromises();
}
const button = (name: string): HTMLButtonElement => {
  const found = [...document.querySelectorAll('button')].find(
    (element) => element.textContent?.trim() === name,
  );
  if (!found) throw new Error(`no button ${name}`);
  return found;
};

it('one dialog lists all posts that were due while the app was closed', async () => {
  await open([missed(1, 'Gift cards'), missed(2, 'New cups')]);
  const dialog = document.querySelector('[role="dialog"]');
  expect(dialog?.textContent).toContain('2 posts were due while Candor was closed');
  expect(dialog?.textContent).toContain('Gift cards');
  expect(dialog?.textContent).toContain('New cups');
  expect(dialog?.textContent).toContain('3 h ago');
});

it('without a missed post there is no dialog', async () => {
  await open([]);
  expect(document.querySelector('[role="dialog"]')).toBeNull();
});

it('a decision takes the post from the list, and the last one closes the dialog', async () => {
  await open([missed(1, 'Gift cards')]);
  button('Skip').click();
  await flushPromises();
  expect(candor.calls.filter((call) => call.method === 'calendar.decideMissed')).toEqual([
    { method: 'calendar.decideMissed', input: { id: missed(1, '').post.id, decision: { kind: 'skip' } } },
  ]);
  expect(document.querySelector('[role="dialog"]')).toBeNull();
});
