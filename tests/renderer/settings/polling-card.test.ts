import { flushPromises, mount } from '@vue/test-utils';
import { createPinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PollingView } from '@shared/ipc/settings';
import PollingCard from '@/features/settings/PollingCard.vue';
import { i18n } from '@/text/i18n';
import { installFakeCandor, type FakeCandor } from '../support/fake-candor';
import { sampleAccount } from '../support/sample';

const account = sampleAccount({ handle: 'Brand' });
const viewWith = (humanAgent: boolean | null): PollingView => ({
  accountId: account.id,
  features: { notifications: true, dm: true, metrics: true, live: null, humanAgent },
  streams: [],
  everyMs: { foreground: 120_000, background: 600_000 },
  nextAt: null,
  asking: false,
  live: 'none',
  rates: [],
  spending: null,
  stopped: false,
});
const LABEL = 'Answers to direct messages for up to 7 days (Human Agent)';

let fake: FakeCandor;
beforeEach(() => {
  fake = installFakeCandor({
    'settings.setPolling': ({ features }) => viewWith(features?.humanAgent ?? false),
  });
});
const open = (view: PollingView) =>
  mount(PollingCard, {
    props: { view, account },
    global: { plugins: [createPinia(), i18n] },
    attachTo: document.body,
  });
const switchOf = (card: ReturnType<typeof open>) => {
  const label = card.findAll('label').find((one) => one.text() === LABEL);
  return label && card.find(`[id="${label.attributes('for')}"]`);
};

describe('the switch for late answers', () => {
  it('is off at first, says what it needs, and is switched on by a press', async () => {
    const card = open(viewWith(false));
    const found = switchOf(card)!;
    expect(found.attributes('aria-checked')).toBe('false');
    expect(card.text()).toContain(
      'Meta must have approved the feature Human Agent for the app of this sign-in',
    );
    expect(card.text()).toContain('Meta allows no automated messages there');
    await found.trigger('click');
    await flushPromises();
    expect(fake.calls.at(-1)).toMatchObject({
      method: 'settings.setPolling',
      input: { accountId: account.id, features: { humanAgent: true } },
    });
    expect(card.emitted('changed')).toEqual([[viewWith(true)]]);
    card.unmount();
  });

  it('is not shown where the network has no such thing', () => {
    const card = open(viewWith(null));
    expect(switchOf(card)).toBeUndefined();
    expect(card.text()).not.toContain('Human Agent');
    card.unmount();
  });
});

describe('limits of the network', () => {
  it('have names that a person knows, one for all that are counted apart, and say when they are full again', () => {
    const resetAt = Date.now() + 600_000;
    const card = open({
      ...viewWith(null),
      rates: [
        { bucket: 'read:a1b2', max: 5, remaining: 4, resetAt },
        { bucket: 'read:c3d4', max: 10, remaining: 1, resetAt },
        { bucket: 'write:posts', max: 100, remaining: 98, resetAt: Date.now() - 1 },
        { bucket: 'x-unheard-of', max: 7, remaining: 7, resetAt },
      ],
    });
    const lines = card.findAll('li').map((one) => one.text().replace(/full again.*/, 'full again'));
    expect(lines).toEqual([
      'Reading: 1 of 10 left, full again',
      'Posts: all 100 left',
      'Other requests: 7 of 7 left, full again',
    ]);
    card.unmount();
  });
});
