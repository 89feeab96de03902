import { startDiscordStub } from '../../servers/discord/stub';
import { startFacebookStub } from '../../servers/facebook/stub';
import { startInstagramStub } from '../../servers/instagram/stub';
import { startLinkedinStub } from '../../servers/linkedin/stub';
import { startMastodonStub } from '../../servers/mastodon/stub';
import { startTelegramStub } from '../../servers/telegram/stub';
import { startThreadsStub } from '../../servers/threads/stub';
import { startXStub } from '../../servers/x/stub';
import { startYoutubeStub } from '../../servers/youtube/stub';

const starters = {
  mastodon: startMastodonStub,
  facebook: startFacebookStub,
  instagram: startInstagramStub,
  threads: startThreadsStub,
  x: startXStub,
  linkedin: startLinkedinStub,
  youtube: startYoutubeStub,
  telegram: startTelegramStub,
  discord: startDiscordStub,
};
type Starters = typeof starters;
type StubName = keyof Starters;
export type Stubs = { readonly [Name in StubName]: Awaited<ReturnType<Starters[Name]>> };

/**
 * Every network's own server on this device, and what tells the app to go there. `instead` puts other addresses in
 * place of a server's own.
 */
export async function startStubs(
  instead: (stubs: Stubs) => Promise<Partial<Record<StubName, Record<string, string>>>> = () =>
    Promise.resolve({}),
) {
  const started = await Promise.all(
    Object.entries(starters).map(async ([name, start]) => [name, await start()] as const),
  );
  const stubs = Object.fromEntries(started) as Stubs;
  const others = await instead(stubs);
  const endpoints = started.flatMap(([name, stub]) =>
    'endpoints' in stub ? [[name, { ...stub.endpoints, ...others[name as StubName] }]] : [],
  );
  return {
    stubs,
    env: { CANDOR_ENDPOINTS: JSON.stringify(Object.fromEntries(endpoints)) },
    close: async () => {
      await Promise.all(started.map(([, stub]) => stub.close()));
    },
  };
}

/** Every secret that the servers have ever given out or hold. */
export function secretsOf(stubs: Stubs): readonly string[] {
  const { mastodon, facebook, instagram, threads, x, linkedin, youtube, telegram, discord } = stubs;
  return [
    ...mastodon.tokens.keys(),
    ...[...mastodon.apps.values()].map(({ secret }) => secret),
    ...facebook.secrets(),
    ...instagram.signIn.tokens.keys(),
    instagram.app.secret,
    ...threads.signIn.tokens.keys(),
    threads.app.secret,
    ...x.oauth.secrets(),
    ...linkedin.oauth.grants.keys(),
    ...youtube.oauth.secrets(),
    telegram.token,
    discord.token,
    discord.hookSecret,
  ];
}
