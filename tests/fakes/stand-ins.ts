import type { NetworkId } from '@shared/domain/network';
import { BOT, CHANNEL as DISCORD_CHANNEL } from '../servers/discord/store';
import { startDiscordStub } from '../servers/discord/stub';
import { PAGE } from '../servers/facebook/store';
import { startFacebookStub } from '../servers/facebook/stub';
import { OWN as INSTAGRAM_OWN } from '../servers/instagram/store';
import { startInstagramStub } from '../servers/instagram/stub';
import { PAGE as LINKEDIN_PAGE, shown } from '../servers/linkedin/store';
import { startLinkedinStub } from '../servers/linkedin/stub';
import { OWN as MASTODON_OWN } from '../servers/mastodon/store';
import { startMastodonStub } from '../servers/mastodon/stub';
import { CHANNEL as TELEGRAM_CHANNEL, DISCUSSION } from '../servers/telegram/store';
import { startTelegramStub } from '../servers/telegram/stub';
import { startThreadsStub } from '../servers/threads/stub';
import { OWN as X_OWN } from '../servers/x/store';
import { startXStub } from '../servers/x/stub';
import { CLIENT as YOUTUBE_CLIENT } from '../servers/youtube/oauth';
import { CHANNEL as YOUTUBE_CHANNEL } from '../servers/youtube/store';
import { startYoutubeStub } from '../servers/youtube/stub';

/** The nine networks that Candor speaks to beside Bluesky. */
export const standInIds = [
  'mastodon',
  'facebook',
  'instagram',
  'x',
  'threads',
  'linkedin',
  'youtube',
  'telegram',
  'discord',
] as const satisfies readonly NetworkId[];
export type StandInId = (typeof standInIds)[number];

/** A network's stand-in on this device, in the words that all of them share. */
export type StandIn = {
  readonly id: StandInId;
  readonly url: string;
  /** Absent where the server is a field of the sign-in. */
  readonly endpoints?: Readonly<Record<string, string>>;
  readonly signIn: { readonly method: string; readonly fields: Readonly<Record<string, string>> };
  /** The account, where a sign-in opens several. */
  readonly remoteId?: string;
  /** How the network calls the account; what differs between two accounts on it. */
  readonly own: readonly string[];
  /** Somebody writes below a post of the account, or to it; gives the network's id of the message. */
  readonly receive: (text: string) => string;
  /** Texts that the account has published, oldest first. */
  readonly published: () => readonly string[];
  readonly close: () => Promise<void>;
};

const openers = {
  mastodon: async () => {
    const stub = await startMastodonStub();
    const root = stub.store.add({ by: MASTODON_OWN, text: 'Our announcement' });
    return {
      stub,
      url: stub.url,
      signIn: { method: 'access-token', fields: { service: stub.url, token: stub.token } },
      own: [MASTODON_OWN],
      receive: (text: string) => stub.store.add({ text, parent: root.id, mentions: [MASTODON_OWN] }).id,
      published: () =>
        stub
          .own()
          .filter(({ id }) => id !== root.id)
          .map(({ text }) => text),
    };
  },
  facebook: async () => {
    const stub = await startFacebookStub();
    const root = stub.store.addPost({ text: 'Our announcement' });
    return {
      stub,
      url: stub.url,
      endpoints: stub.endpoints,
      signIn: { method: 'access-token', fields: { token: stub.tokens.userToken('system') } },
      remoteId: PAGE,
      own: [PAGE],
      receive: (text: string) => stub.store.addComment({ text, on: root.id }).id,
      published: () => stub.published().filter((text) => text !== root.text),
    };
  },
  instagram: async () => {
    const stub = await startInstagramStub();
    const root = stub.store.addPost({ caption: 'Our announcement' });
    return {
      stub,
      url: stub.url,
      endpoints: stub.endpoints,
      signIn: { method: 'instagram-token', fields: { token: stub.token() } },
      own: [INSTAGRAM_OWN],
      receive: (text: string) => stub.store.remark({ post: root.id, text }).id,
      published: () => [
        ...stub.store.posts.filter(({ id }) => id !== root.id).map(({ caption }) => caption),
        ...stub.store.remarks.filter(({ by }) => by.id === INSTAGRAM_OWN).map(({ text }) => text),
      ],
    };
  },
  x: async () => {
    const stub = await startXStub();
    const root = stub.store.add({ by: X_OWN, text: 'Our announcement' });
    return {
      stub,
      url: stub.url,
      endpoints: stub.endpoints,
      signIn: { method: 'sign-in', fields: { clientId: stub.clientId } },
      own: [X_OWN],
      receive: (text: string) => stub.store.add({ text, parent: root.id }).id,
      published: () =>
        stub
          .own()
          .filter(({ id }) => id !== root.id)
          .map(({ text }) => text),
    };
  },
  threads: async () => {
    const stub = await startThreadsStub();
    const root = stub.store.add({ text: 'Our announcement', by: stub.own.name });
    return {
      stub,
      url: stub.url,
      endpoints: stub.endpoints,
      signIn: { method: 'threads-token', fields: { token: stub.token() } },
      own: [stub.own.id],
      receive: (text: string) => stub.store.add({ text, parent: root.id }).id,
      published: () =>
        stub.store
          .own()
          .filter(({ id }) => id !== root.id)
          .map(({ text }) => text),
    };
  },
  linkedin: async () => {
    const stub = await startLinkedinStub();
    const root = stub.store.addPost({ commentary: 'Our announcement' });
    return {
      stub,
      url: stub.url,
      endpoints: stub.endpoints,
      signIn: { method: 'access-token', fields: { token: stub.token } },
      remoteId: LINKEDIN_PAGE,
      own: [LINKEDIN_PAGE.split(':').at(-1) ?? ''],
      receive: (text: string) => stub.store.addComment({ post: root.id, text }).urn,
      published: () => [
        ...[...stub.store.posts.values()]
          .filter(({ id, author }) => id !== root.id && author === LINKEDIN_PAGE)
          .map(({ commentary }) => shown(commentary)),
        ...[...stub.store.comments.values()]
          .filter(({ actor }) => actor === LINKEDIN_PAGE)
          .map(({ text }) => text),
      ],
    };
  },
  youtube: async () => {
    const stub = await startYoutubeStub();
    const root = stub.store.addVideo({ title: 'Our announcement' });
    const { id: clientId, secret: clientSecret } = YOUTUBE_CLIENT;
    return {
      stub,
      url: stub.url,
      endpoints: stub.endpoints,
      signIn: { method: 'sign-in', fields: { clientId, clientSecret } },
      own: [YOUTUBE_CHANNEL],
      receive: (text: string) => stub.receive(root.id, text).id,
      published: () => [
        ...[...stub.store.videos.values()].filter(({ id }) => id !== root.id).map(({ title }) => title),
        ...[...stub.store.comments.values()]
          .filter(({ author }) => author === YOUTUBE_CHANNEL)
          .map(({ text }) => text),
      ],
    };
  },
  telegram: async () => {
    const stub = await startTelegramStub();
    const root = stub.store.post('Our announcement');
    return {
      stub,
      url: stub.url,
      endpoints: stub.endpoints,
      signIn: { method: 'bot-token', fields: { token: stub.token, chat: '@candornews' } },
      own: [String(stub.botId), String(TELEGRAM_CHANNEL), String(DISCUSSION)],
      receive: (text: string) => `${DISCUSSION}/${stub.store.comment(text, root).message_id}`,
      published: () => [...stub.texts(TELEGRAM_CHANNEL), ...stub.texts(DISCUSSION)],
    };
  },
  discord: async () => {
    const stub = await startDiscordStub();
    const root = stub.store.add({ by: BOT, text: 'Our announcement' });
    return {
      stub,
      url: stub.url,
      endpoints: stub.endpoints,
      signIn: { method: 'bot', fields: { token: stub.token, channel: DISCORD_CHANNEL } },
      own: [BOT, DISCORD_CHANNEL],
      receive: (text: string) => `${DISCORD_CHANNEL}/${stub.store.add({ text, to: root.id }).id}`,
      published: () =>
        stub
          .own()
          .filter(({ id }) => id !== root.id)
          .map(({ text }) => text),
    };
  },
} as const;

export type OpenStandIn<Id extends StandInId> = Awaited<ReturnType<(typeof openers)[Id]>> & StandIn;

/** Starts the stand-in of one network with one post of the account, below which `receive` writes. */
export async function openStandIn<Id extends StandInId>(id: Id): Promise<OpenStandIn<Id>> {
  const opened = await openers[id]();
  return { ...opened, id, close: opened.stub.close } as OpenStandIn<Id>;
}
