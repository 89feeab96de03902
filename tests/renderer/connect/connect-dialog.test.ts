import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { appError } from '@shared/domain/errors';
import type { AccountView, ConnectResult, NetworkView, SignInPart } from '@shared/ipc/accounts';
import { useAppStore } from '@/bridge/stores/app';
import ConnectDialog from '@/connect/ConnectDialog.vue';
import { i18n } from '@/text/i18n';
import { useToasts } from '@/ui/toasts';
import { deferred } from '../support/deferred';
import { installFakeCandor } from '../support/fake-candor';
import { sampleAccount } from '../support/sample';

vi.mock('@/text/en/guides/all', () => ({
  guides: {
    facebook: {
      console: { name: 'Meta for Developers', url: 'https://developers.facebook.com/apps' },
      steps: ['Create an app of the type Business.', 'Add Facebook Login.'],
      limits: ['Pages only.'],
    },
    mastodon: null,
    practice: null,
  },
}));

const field = (name: string, secret = false, optional = false) => ({
  name,
  secret,
  optional,
  placeholder: null,
});
const REDIRECT = 'http://localhost:47821/candor/callback';
const networks: NetworkView[] = [
  {
    id: 'practice',
    name: 'Practice network',
    methods: [{ id: 'brand', signIn: null, redirects: [], fields: [field('brand')] }],
  },
  {
    id: 'facebook',
    name: 'Facebook',
    methods: [
      {
        id: 'facebook-login',
        signIn: 'browser',
        redirects: [REDIRECT],
        fields: [field('appId'), field('appSecret', true), field('version', false, true)],
      },
      { id: 'access-token', signIn: null, redirects: [], fields: [field('token', true)] },
    ],
  },
  {
    id: 'mastodon',
    name: 'Mastodon',
    methods: [{ id: 'window', signIn: 'window', redirects: [], fields: [] }],
  },
];
const choices = [
  { remoteId: 'p1', handle: 'northwind', displayName: 'Northwind', avatarUrl: null, kept: false },
  { remoteId: 'p2', handle: 'southwind', displayName: 'Southwind', avatarUrl: null, kept: true },
];

const candor = installFakeCandor();
let dialog: VueWrapper | undefined;
let connectedWith: readonly AccountView[][];
/** What main is doing: says what it waits for, and answers when the test lets it. */
let main: {
  readonly part: (kind: SignInPart['kind']) => Promise<void>;
  readonly answer: (result: ConnectResult) => Promise<void>;
  readonly refuse: (thrown: unknown) => Promise<void>;
};

beforeEach(() => {
  setActivePinia(createPinia());
  candor.calls.length = 0;
  candor.on({
    'accounts.networks': () => networks,
    'accounts.connect': (_input, part) => {
      const { promise, resolve, reject } = deferred<ConnectResult>();
      main = {
        part: async (kind) => {
          part({ kind });
          await flushPromises();
        },
        answer: async (result) => {
          resolve(result);
          await flushPromises();
        },
        refuse: async (thrown) => {
          reject(thrown);
          await flushPromises();
        },
      };
      return promise;
    },
    'accounts.storedApp': () => null,
    'accounts.reopenSignIn': () => undefined,
    'app.cancel': () => undefined,
    'app.openExternal': () => undefined,
  });
});
afterEach(() => {
  dialog?.unmount();
  document.body.replaceChildren();
});

async function open(props: { reconnect?: AccountView } = {}): Promise<void> {
  const app = useAppStore();
  app.$patch({ state: { secrets: 'os-store' } } as never);
  const seen: AccountView[][] = [];
  connectedWith = seen;
  dialog = mount(ConnectDialog, {
    attachTo: document.body,
    global: { plugins: [i18n] },
    props: {
      open: true,
      ...props,
      'onUpdate:open': (open: boolean) => void dialog?.setProps({ open }),
      onConnected: (accounts: readonly AccountView[]) => void seen.push([...accounts]),
    },
  });
  await flushPromises();
}
const text = (): string => document.body.textContent ?? '';
const buttons = () => [...document.querySelectorAll<HTMLButtonElement>('button')];
const button = (name: string): HTMLButtonElement => {
  const found = buttons().find(
    (each) => each.textContent?.trim() === name || each.getAttribute('aria-label') === name,
  );
  if (!found)
    throw new Error(
      `no button ${name} among ${buttons()
        .map((each) => each.textContent)
        .join(', ')}`,
    );
  return found;
};
const press = async (name: string): Promise<void> => {
  button(name).click();
  await flushPromises();
};
const controlOf = (label: string): HTMLInputElement => {
  const found = [...document.querySelectorAll('label')].find((each) => each.textContent?.trim() === label);
  const control = found?.control ?? document.getElementById(found?.htmlFor ?? '');
  if (!control) throw new Error(`no field ${label}`);
  return control as HTMLInputElement;
};
const type = async (label: string, value: string): Promise<void> => {
  const control = controlOf(label);
  control.value = value;
  control.dispatchEvent(new Event('input'));
  await flushPromises();
};
const pick = async (name: string): Promise<void> => {
  const radios = [...document.querySelectorAll('label:has(input[type=radio])')];
  const tile = radios.find((each) => each.querySelector('span')?.textContent === name);
  if (!tile) throw new Error(`no network ${name}`);
  tile.querySelector<HTMLInputElement>('input')!.click();
  await flushPromises();
};
const callsOf = (method: string) => candor.calls.filter((call) => call.method === method);
const signInAtFacebook = async (): Promise<void> => {
  await open();
  await pick('Facebook');
  await type('App id', '4711');
  await type('App secret', 'hush');
  await press('Continue in the browser');
};

describe('connecting an account', () => {
  it('offers every network by mark and name, real ones first', async () => {
    await open();
    const names = [...document.querySelectorAll('label:has(input[type=radio]) > span')].map(
      (each) => each.textContent,
    );
    expect(names).toEqual(['Facebook', 'Mastodon', 'Practice network']);
    expect(document.querySelectorAll('label:has(input[type=radio]) svg')).toHaveLength(3);
  });

  it('shows the steps of the guide, the addresses to enter with a way to copy, and what is limited', async () => {
    const written: string[] = [];
    vi.stubGlobal('navigator', {
      ...navigator,
      clipboard: { writeText: (copied: string) => Promise.resolve(void written.push(copied)) },
    });
    await open();
    await pick('Facebook');
    const guide = document.querySelector('details');
    expect(guide?.open).toBe(true);
    expect(guide?.textContent).toContain('Create an app of the type Business.');
    expect(guide?.textContent).toContain('Pages only.');
    await press(`Copy ${REDIRECT}`);
    expect(written).toEqual([REDIRECT]);
    await press('Open Meta for Developers');
    expect(callsOf('app.openExternal')[0]?.input).toEqual({ url: 'https://developers.facebook.com/apps' });
    vi.unstubAllGlobals();
  });

  it('keeps the guide to one line for who reconnects', async () => {
    await open({ reconnect: sampleAccount({ network: 'facebook', handle: 'northwind' }) });
    const guide = document.querySelector('details');
    expect(guide?.open).toBe(false);
    expect(guide?.querySelector('summary')?.textContent).toContain('2 steps in Meta for Developers');
  });

  it('shows an address to enter only where the chosen way needs one', async () => {
    await open();
    await pick('Facebook');
    expect(text()).toContain(REDIRECT);
    const way = document.querySelector('select')!;
    way.value = 'access-token';
    way.dispatchEvent(new Event('change'));
    await flushPromises();
    expect(text()).not.toContain(REDIRECT);
  });

  it('begins only when every field that is needed has something in it', async () => {
    await open();
    await pick('Facebook');
    expect(button('Continue in the browser').disabled).toBe(true);
    await type('App id', '4711');
    await type('App secret', ' hush ');
    await press('Continue in the browser');
    expect(callsOf('accounts.connect')[0]?.input).toEqual({
      network: 'facebook',
      method: 'facebook-login',
      fields: { appId: '4711', appSecret: 'hush' },
      brand: '',
    });
  });
});

describe('an app that is stored already', () => {
  const account = sampleAccount({ network: 'facebook', handle: 'northwind' });
  beforeEach(() =>
    candor.on({
      'accounts.storedApp': () => ({
        accountId: account.id,
        handle: 'northwind',
        fields: ['appId', 'appSecret'],
      }),
    }),
  );

  it('need not be typed again to reconnect', async () => {
    await open({ reconnect: account });
    expect(callsOf('accounts.storedApp')[0]?.input).toEqual({
      network: 'facebook',
      method: 'facebook-login',
      accountId: account.id,
    });
    expect(text()).toContain('Stored with northwind. Leave empty to use it again.');
    await press('Continue in the browser');
    expect(callsOf('accounts.connect')[0]?.input).toMatchObject({
      fields: {},
      accountId: account.id,
      appOf: account.id,
    });
  });

  it('is asked for again when another way is chosen, which has no use for it', async () => {
    await open();
    await pick('Facebook');
    const way = document.querySelector('select')!;
    way.value = 'access-token';
    way.dispatchEvent(new Event('change'));
    await flushPromises();
    expect(text()).not.toContain('Stored with northwind');
    expect(button('Connect').disabled).toBe(true);
  });
});

describe('the fields', () => {
  it('all keep what a password manager puts into them at once', async () => {
    await open();
    await pick('Facebook');
    for (const [label, value] of [
      ['App id', '4711'],
      ['App secret', 'hush'],
    ] as const) {
      const control = controlOf(label);
      control.value = value;
      control.dispatchEvent(new Event('input'));
    }
    await flushPromises();
    await press('Continue in the browser');
    expect(callsOf('accounts.connect')[0]?.input).toMatchObject({
      fields: { appId: '4711', appSecret: 'hush' },
    });
  });
});

describe('while the person signs in elsewhere', () => {
  it('says that it waits for the browser, and opens the page again', async () => {
    await signInAtFacebook();
    await main.part('waiting_for_browser');
    expect(document.querySelector('[role=status]')?.textContent).toBe('Waiting for the browser');
    await press('Open the page again');
    expect(callsOf('accounts.reopenSignIn')).toHaveLength(1);
    await main.part('checking');
    expect(document.querySelector('[role=status]')?.textContent).toBe('Asking the network');
  });

  it('says that it waits for the window, which cannot be opened twice', async () => {
    await open();
    await pick('Mastodon');
    await press('Continue to the sign-in');
    await main.part('waiting_for_window');
    expect(text()).toContain('Waiting for the sign-in window');
    expect(buttons().some((each) => each.textContent?.includes('again'))).toBe(false);
  });

  it('cancelling goes back to the form with what was typed, and main is told', async () => {
    await signInAtFacebook();
    await main.part('waiting_for_browser');
    await press('Cancel');
    expect(callsOf('app.cancel')).toHaveLength(1);
    await main.refuse(appError('cancelled'));
    expect(controlOf('App id').value).toBe('4711');
    expect(document.querySelector('[role=alert]')).toBeNull();
  });

  it('closing the dialog cancels too, and what arrives later changes nothing', async () => {
    await signInAtFacebook();
    await main.part('waiting_for_browser');
    await press('Close');
    expect(callsOf('app.cancel')).toHaveLength(1);
    await main.answer({ state: 'connected', accounts: [sampleAccount()] });
    expect(connectedWith).toEqual([]);
  });

  it('ends with the account, says so and closes', async () => {
    await signInAtFacebook();
    const account = sampleAccount({ handle: 'northwind' });
    await main.answer({ state: 'connected', accounts: [account] });
    expect(connectedWith).toEqual([[account]]);
    expect(document.querySelector('[role=dialog]')).toBeNull();
    expect(useToasts().toasts.at(-1)?.text).toBe('northwind is connected');
  });
});

describe('when a sign-in opens several accounts', () => {
  const offer = { state: 'choose', token: 'one-use', choices } as const;
  const tick = async (label: string): Promise<void> => {
    controlOf(label).click();
    await flushPromises();
  };

  it('lets the person choose, says which are connected already, and connects the chosen', async () => {
    const account = sampleAccount({ handle: 'southwind' });
    candor.on({ 'accounts.choose': () => [account] });
    await signInAtFacebook();
    await main.answer(offer);
    expect(text()).toContain('This sign-in opens 2 accounts');
    expect(text()).toContain('Connected already');
    expect(button('Connect').disabled).toBe(true);
    await tick('Southwind (southwind)');
    await press('Connect 1 account');
    expect(callsOf('accounts.choose')[0]?.input).toEqual({ token: 'one-use', remoteIds: ['p2'], brand: '' });
    expect(connectedWith).toEqual([[account]]);
  });

  it('chooses all with one press', async () => {
    candor.on({ 'accounts.choose': () => [sampleAccount(), sampleAccount()] });
    await signInAtFacebook();
    await main.answer(offer);
    await tick('All');
    await press('Connect 2 accounts');
    expect(callsOf('accounts.choose')[0]?.input).toMatchObject({ remoteIds: ['p1', 'p2'] });
    expect(useToasts().toasts.at(-1)?.text).toBe('2 accounts are connected');
  });

  it('goes back to the form when the choice came too late', async () => {
    candor.on({
      'accounts.choose': () => {
        throw appError('not_found', { params: { signIn: 'choice' } });
      },
    });
    await signInAtFacebook();
    await main.answer(offer);
    await tick('All');
    await press('Connect 2 accounts');
    expect(text()).toContain('The sign-in is too old to choose from.');
    expect(controlOf('App id').value).toBe('4711');
  });
});

describe('when it goes wrong', () => {
  it('shows at the field what the network says of it', async () => {
    await signInAtFacebook();
    await main.refuse(appError('auth_revoked', { field: 'fields.appSecret' }));
    expect(controlOf('App secret').getAttribute('aria-invalid')).toBe('true');
    expect(document.querySelectorAll('[role=alert]')).toHaveLength(1);
  });

  it.each([
    ['timeout', 'cancelled', { minutes: 5 }, 'Nobody signed in within 5 minutes.'],
    ['ports', 'conflict', { ports: '1, 2, 3' }, 'The ports 1, 2, 3 of this device are all in use.'],
    ['denied', 'cancelled', {}, 'The access was not allowed at the network.'],
    ['other', 'conflict', { expected: 'a', found: 'b' }, 'This sign-in belongs to b, not to a.'],
  ] as const)('says what to do after %s', async (signIn, kind, params, said) => {
    await signInAtFacebook();
    await main.part('waiting_for_browser');
    await main.refuse(appError(kind, { params: { signIn, ...params } }));
    expect(document.querySelector('[role=alert]')?.textContent).toContain(said);
    await press('Continue in the browser');
    expect(callsOf('accounts.connect')).toHaveLength(2);
  });

  it('asks for agreement where the machine has no safe store, before anybody signs in', async () => {
    await open();
    useAppStore().$patch({ state: { secrets: 'plain-text' } } as never);
    await pick('Mastodon');
    await press('Continue to the sign-in');
    expect(text()).toContain('There is no safe store for passwords');
    expect(callsOf('accounts.connect')).toEqual([]);
  });
});
