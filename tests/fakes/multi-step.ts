import { Transformer } from '@napi-rs/image';
import type { MediaId } from '@shared/domain/ids';
import type { PostOptions } from '@shared/domain/network';
import type { AccountView } from '@shared/ipc/accounts';
import type { Post } from '@shared/ipc/composer';
import type { Http } from '../../electron/main/ports';
import { mp4 } from '../unit/media/videos';
import { startApp, unplugged, type App, type AppOptions } from './app';
import { startFileHost } from './file-host';
import { openStandIn, type OpenStandIn, type StandIn, type StandInId } from './stand-ins';

type File = { readonly name: string; readonly bytes: () => Uint8Array | Promise<Uint8Array> };
/** A post that takes its network several requests, some of them with waiting in between. */
export type MultiStep<Id extends StandInId = StandInId> = {
  readonly id: Id;
  readonly what: string;
  readonly files: readonly File[];
  /** Texts of the post, and of what hangs on it. */
  readonly texts: readonly [string, ...string[]];
  readonly options?: PostOptions;
  /** Makes the network work on what it is sent. */
  readonly slow?: (standIn: OpenStandIn<Id>, looks: number) => void;
};

const png = (shade: number): File => ({
  name: `${shade}.png`,
  bytes: () => Transformer.fromRgbaPixels(new Uint8Array(400 * 400 * 4).fill(shade), 400, 400).png(),
});
const clip: File = {
  name: 'clip.mp4',
  bytes: () => mp4({ width: 720, height: 1280, seconds: 8, payload: 6_000_000, seed: 7 }),
};
const two = [png(40), png(80)];
const multiStep = <Id extends StandInId>(
  id: Id,
  what: string,
  more: Partial<MultiStep<Id>>,
): MultiStep<Id> => ({
  id,
  what,
  files: two,
  texts: ['Open on Sunday'],
  ...more,
});

export const multiSteps = [
  multiStep('instagram', 'a carousel with a comment', {
    texts: ['Open on Sunday', 'And on Monday'],
    slow: ({ stub }, looks) => (stub.containers.plan.processing = looks),
  }),
  multiStep('facebook', 'two photos', {}),
  multiStep('x', 'a video in parts', {
    files: [clip],
    slow: ({ stub }, looks) => stub.processFor(looks),
  }),
  multiStep('mastodon', 'two images', { slow: ({ stub }, looks) => stub.processFor(looks) }),
  multiStep('threads', 'a chain with an image', {
    files: [png(40)],
    texts: ['Open on Sunday', 'And on Monday'],
    slow: ({ stub }, looks) => (stub.containers.plan.processing = looks),
  }),
  multiStep('linkedin', 'a video', { files: [clip], slow: ({ stub }, looks) => stub.processFor(looks) }),
  multiStep('youtube', 'a video', {
    files: [clip],
    texts: ['Our new place'],
    options: { title: 'Our new place' },
    slow: ({ stub }, looks) => stub.processFor(looks),
  }),
  multiStep('telegram', 'an album', {}),
  multiStep('discord', 'two images', {}),
] as const;

/** Telegram is asked by POST too. */
const READS = /\/bot[^/]+\/get/;

/** Called before (`sent: false`) and after every request that changes something; false: it goes no further. */
export type OnWrite = (write: { readonly at: number; readonly sent: boolean }) => boolean | void;

/** One network, a media host, and apps in front of both whose writes are watched. */
export async function openMultiStep<Id extends StandInId>(kind: MultiStep<Id>, looks = 0) {
  const standIn = await openStandIn(kind.id);
  const host = await startFileHost();
  kind.slow?.(standIn, looks);
  const apps: App[] = [];
  const writes: string[] = [];
  let onWrite: OnWrite | undefined;
  const http: Http = async (input, init) => {
    const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    if (!onWrite || method === 'GET' || READS.test(pathname)) return fetch(input, init);
    const at = writes.push(`${method} ${pathname}`);
    if (onWrite({ at, sent: false }) === false) return unplugged(init?.signal);
    const answer = await fetch(input, init);
    return onWrite({ at, sent: true }) === false ? unplugged(init?.signal) : answer;
  };
  const start = async (left: Partial<AppOptions> = {}): Promise<App> => {
    const app = await startApp({ standIns: [standIn], http, ...left });
    apps.push(app);
    return app;
  };
  /** Takes in the files, and approves the post. From here on writes are counted, from 1. */
  const publish = async (app: App, account: AccountView, watch: OnWrite = () => true): Promise<Post> => {
    const mediaIds: MediaId[] = [];
    for (const { name, bytes } of kind.files) {
      const { id } = await app.addMedia(name, new Uint8Array(await bytes()));
      mediaIds.push((await app.ask('composer.setAlt', { id, alt: 'What is to be seen' })).id);
    }
    const segments = kind.texts.map((text, at) => ({ text, mediaIds: at === 0 ? mediaIds : [] }));
    onWrite = watch;
    return app.publish(account, { segments, options: kind.options });
  };
  return {
    standIn,
    writes,
    /** An app whose account is connected. */
    connected: async () => {
      const app = await start();
      await host.use(app);
      return { app, account: await app.connect(standIn) };
    },
    start,
    publish,
    /** How often each text of the post stands there. */
    times: (): readonly number[] =>
      kind.texts.map((text) => (standIn as StandIn).published().filter((one) => one === text).length),
    close: async (): Promise<void> => {
      for (const app of apps) await app.close();
      await Promise.all([standIn.close(), host.close()]);
    },
  };
}
