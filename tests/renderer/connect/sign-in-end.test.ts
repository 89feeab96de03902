import { flushPromises, mount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import type { AccountView } from '@shared/ipc/accounts';
import { useAccountsStore } from '@/bridge/stores/accounts';
import AppBanners from '@/features/frame/AppBanners.vue';
import AccountCard from '@/features/settings/AccountCard.vue';
import { i18n } from '@/text/i18n';
import { useToasts } from '@/ui/toasts';
import { installFakeCandor } from '../support/fake-candor';
import { NOW, sampleAccount } from '../support/sample';

const DAY = 86_400_000;
const candor = installFakeCandor();
const router = createRouter({
  history: createMemoryHistory(),
  routes: [{ path: '/:all(.*)*', component: { render: () => null } }],
});
beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
  setActivePinia(createPinia());
});
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

const endingIn = (days: number, handle: string, over: Partial<AccountView> = {}): AccountView => {
  const { capabilities } = sampleAccount();
  const access = {
    endsAt: NOW + days * DAY,
    permissions: [{ name: 'r_organization_social', granted: false, needed: ['comments'] as const }],
  };
  return sampleAccount({ handle, capabilities: { ...capabilities, access }, ...over });
};
const card = (account: AccountView) =>
  mount(AccountCard, { props: { account }, global: { plugins: [i18n] }, attachTo: document.body });
const banners = (...accounts: AccountView[]) => {
  useAccountsStore().$patch({ accounts, loaded: true });
  return mount(AppBanners, { global: { plugins: [i18n, router] } });
};

describe('a sign-in that ends soon', () => {
  it('is announced on the card with a way to renew it', async () => {
    const shown = card(endingIn(9, 'northwind'));
    expect(shown.text()).toContain('The sign-in of northwind ends on');
    const buttons = shown.findAll('button').filter((each) => each.text() === 'Reconnect');
    expect(buttons).toHaveLength(1);
    await buttons[0]!.trigger('click');
    expect(shown.emitted('reconnect')).toHaveLength(1);
  });

  it('is not announced while there is time', () => {
    const shown = card(endingIn(11, 'northwind'));
    expect(shown.text()).not.toContain('The sign-in of');
    expect(shown.text()).toContain('Sign-in ends on');
  });

  it('that is lost already asks once to reconnect', () => {
    const shown = card(endingIn(-1, 'northwind', { health: 'reconnect' }));
    expect(shown.findAll('button').filter((each) => each.text() === 'Reconnect')).toHaveLength(1);
  });

  it('is announced in the frame, and leads to its renewal', () => {
    const account = endingIn(9, 'northwind');
    const link = banners(account, endingIn(30, 'southwind')).find('a');
    expect(link.text()).toBe('Reconnect');
    expect(link.attributes('href')).toBe(`/settings/accounts?reconnect=${account.id}`);
  });

  it('is announced together with others in one line', () => {
    const shown = banners(endingIn(9, 'northwind'), endingIn(3, 'southwind'));
    expect(shown.findAll('[role=alert]')).toHaveLength(1);
    expect(shown.text()).toContain('2 sign-ins end soon');
    expect(shown.find('a').attributes('href')).toBe('/settings/accounts');
  });
});

describe('testing a connection', () => {
  const test = async (tested: AccountView) => {
    candor.on({ 'accounts.test': () => tested });
    const before = useToasts().toasts.length;
    const shown = card(tested);
    await shown
      .findAll('button')
      .find((each) => each.text() === 'Test')!
      .trigger('click');
    await flushPromises();
    return useToasts()
      .toasts.slice(before)
      .map(({ text }) => text);
  };

  it('says that permissions are missing', async () => {
    expect(await test(endingIn(30, 'northwind'))).toEqual(['northwind works, but 1 permission is missing.']);
  });

  it('says that it works where nothing is missing', async () => {
    expect(await test(sampleAccount({ handle: 'northwind' }))).toEqual(['northwind works.']);
  });

  it('does not call it working when a problem came up', async () => {
    const failed = sampleAccount({ handle: 'northwind', problem: { kind: 'offline' } });
    expect(await test(failed)).toEqual([]);
  });
});
