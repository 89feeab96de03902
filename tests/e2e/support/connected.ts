import type { ElectronApplication, Page } from '@playwright/test';
import type { NetworkId } from '@shared/domain/network';
import type { AccountView } from '@shared/ipc/accounts';
import { PAGE } from '../../servers/facebook/store';
import { PAGE as COMPANY } from '../../servers/linkedin/store';
import { CLIENT as YOUTUBE } from '../../servers/youtube/oauth';
import { installBrowser, windowBy } from './browser';
import { ask } from './candor';
import type { Stubs } from './stubs';

type Way = {
  readonly method: string;
  readonly fields: Record<string, string>;
  /** Which of several accounts. */
  readonly remoteId?: string;
  /** The person allows it on the network's page. */
  readonly allow?: true;
};

const waysOf = ({ mastodon, facebook, instagram, threads, x, linkedin, telegram, discord }: Stubs) =>
  ({
    mastodon: { method: 'access-token', fields: { service: mastodon.url, token: mastodon.token } },
    facebook: {
      method: 'facebook-login',
      fields: { appId: facebook.app.id, appSecret: facebook.app.secret },
      remoteId: PAGE,
      allow: true,
    },
    instagram: { method: 'instagram-token', fields: { token: instagram.token() } },
    threads: { method: 'threads-token', fields: { token: threads.token() } },
    x: { method: 'sign-in', fields: { clientId: x.clientId }, allow: true },
    linkedin: { method: 'access-token', fields: { token: linkedin.token }, remoteId: COMPANY },
    youtube: {
      method: 'sign-in',
      fields: { clientId: YOUTUBE.id, clientSecret: YOUTUBE.secret },
      allow: true,
    },
    telegram: { method: 'bot-token', fields: { token: telegram.token, chat: '@candornews' } },
    discord: { method: 'bot', fields: { token: discord.token, channel: '200000000000000010' } },
  }) satisfies Partial<Record<NetworkId, Way>>;

export type Connectable = keyof ReturnType<typeof waysOf>;

/** Connects accounts without the dialog, which has tests of its own, and gives them by their networks. */
export async function connectAccounts(
  { app, page }: { readonly app: ElectronApplication; readonly page: Page },
  stubs: Stubs,
  networks: readonly Connectable[],
  override: Partial<Record<Connectable, Record<string, string>>> = {},
): Promise<Readonly<Record<Connectable, AccountView>>> {
  await ask(page, 'settings.set', { allowPlainTextSecrets: true });
  await installBrowser(app);
  const ways: Readonly<Record<Connectable, Way>> = waysOf(stubs);
  const made: Partial<Record<Connectable, AccountView>> = {};
  for (const network of networks) {
    const { method, fields, remoteId, allow } = ways[network];
    const input = { network, method, fields: { ...fields, ...override[network] } };
    const connecting = ask(page, 'accounts.connect', input);
    const window = allow ? await windowBy(app, () => Promise.resolve()) : undefined;
    await window?.getByRole('button', { name: 'Allow' }).click();
    const result = await connecting;
    await window?.close();
    const accounts =
      result.state === 'connected'
        ? result.accounts
        : await ask(page, 'accounts.choose', { token: result.token, remoteIds: [remoteId ?? ''] });
    made[network] = accounts[0]!;
  }
  await page.evaluate(() => {
    location.hash = '#/inbox';
  });
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  return made as Readonly<Record<Connectable, AccountView>>;
}
