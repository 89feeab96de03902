import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { graphemes } from '@shared/domain/count';
import type { Metrics } from '@shared/domain/network';
import { NetworkError } from '../../errors';
import type { Stream } from '../../network';
import type { Clock } from '../../../ports';
import { practiceCapabilities } from '../capabilities';
import { createBehaviour } from './behaviour';
import { createFaults } from './faults';
import type { PracticeFaults } from '@shared/domain/practice-faults';
import { createImages } from './images';
import { seedWorld } from './seed';
import { createStore, type NewPost, type Store } from './store';
import { brandById, type Brand } from './world';

const PAGE = 100;
const MAX_POST = practiceCapabilities.publish.text.max;
const MAX_DIRECT = practiceCapabilities.directMessage.text.max;

/**
 * The practice network itself: people, posts and talks in its own file. It refuses what a network refuses
 * (unknown tokens, missing parents, other brands' posts) and knows a write by its client id.
 */
export function openServer(folder: string, clock: Clock) {
  mkdirSync(folder, { recursive: true });
  const store = createStore(join(folder, 'practice.sqlite'));
  seedWorld(store, clock.now());
  const behaviour = createBehaviour(store);
  const faults = createFaults(store, clock);
  const images = createImages(join(folder, 'images'));

  const brandOf = (token: string): string => {
    if (store.isSignedIn(token)) return token;
    throw new NetworkError({ kind: 'auth_revoked', detail: 'practice: unknown token' }, 'no');
  };
  const read = <T>(token: string, signal: AbortSignal, work: (brand: string) => T): Promise<T> =>
    faults.meet(false, signal, () => work(brandOf(token)));
  const write = <T>(token: string, signal: AbortSignal, work: (brand: string) => T): Promise<T> =>
    faults.meet(true, signal, () => store.transaction(() => work(brandOf(token))));

  return {
    signIn: (brand: Brand): string => {
      store.signIn(brand.id);
      faults.signedIn();
      return brand.id;
    },
    whoAmI: (token: string, signal: AbortSignal) => read(token, signal, (brand) => brandById(brand)),
    /** What happened around the brand after `after`; without a stream: all of it. */
    events: (token: string, after: number, signal: AbortSignal, stream?: Stream) =>
      read(token, signal, (brand) => {
        store.transaction(() => behaviour.advance(brand, clock.now(), faults.read().arrivals));
        return store.events(brand, after, PAGE, stream);
      }),
    find: (token: string, clientId: string, signal: AbortSignal) =>
      read(token, signal, () => store.byClientId(clientId)),
    has: (token: string, id: string, signal: AbortSignal) =>
      read(token, signal, () => store.post(id) !== undefined || store.direct(id) !== undefined),
    numbers: (
      token: string,
      ids: readonly string[],
      signal: AbortSignal,
    ): Promise<ReadonlyMap<string, Metrics>> =>
      read(token, signal, () => new Map(ids.flatMap((id) => numbersOf(store, id)))),
    publish: (
      token: string,
      draft: Omit<NewPost, 'author'> & { readonly clientId: string },
      signal: AbortSignal,
    ) =>
      write(token, signal, (brand) => {
        const known = store.byClientId(draft.clientId);
        if (known !== undefined) return known;
        demandText(draft.text, MAX_POST, (draft.images ?? []).length);
        if (draft.parent !== null && !store.post(draft.parent)) throw gone(draft.parent);
        const { id } = store.addPost({ ...draft, author: brand });
        if (draft.parent !== null) store.addEvent(brand, 'comment', id);
        behaviour.afterWrite(brand, id, 'post', clock.now());
        return id;
      }),
    send: (
      token: string,
      talk: string,
      text: string,
      clientId: string,
      createdAt: number,
      signal: AbortSignal,
    ) =>
      write(token, signal, (brand) => {
        const known = store.byClientId(clientId);
        if (known !== undefined) return known;
        demandText(text, MAX_DIRECT, 0);
        const person = talk.split('~')[1] ?? '';
        const { id } = store.addDirect({
          brand,
          person,
          author: brand,
          text,
          lang: 'en',
          createdAt,
          clientId,
        });
        store.addEvent(brand, 'dm', id);
        behaviour.afterWrite(brand, id, 'direct', clock.now());
        return id;
      }),
    like: (token: string, id: string, liked: boolean, signal: AbortSignal) =>
      write(token, signal, (brand) => store.setLiked(brand, id, liked)),
    hide: (token: string, id: string, hidden: boolean, signal: AbortSignal) =>
      write(token, signal, () => store.setHidden(id, hidden)),
    remove: (token: string, ids: readonly string[], signal: AbortSignal) =>
      write(token, signal, (brand) => {
        for (const id of ids) {
          const author = store.post(id)?.author.id ?? store.direct(id)?.author.id;
          if (author !== undefined && author !== brand)
            throw new NetworkError({ kind: 'permission', detail: 'practice: not your post' }, 'no');
          store.remove(id);
        }
      }),
    markRead: (token: string, signal: AbortSignal) => write(token, signal, () => undefined),
    faults: faults.read,
    setFaults: (next: PracticeFaults): PracticeFaults => faults.write(next),
    image: images.paint,
    close: store.close,
  };
}
export type PracticeServer = ReturnType<typeof openServer>;

/** Opens the server when it is first needed and forgets the whole world on request. */
export function createServerDoor(folder: string, clock: Clock) {
  let server: PracticeServer | undefined;
  return {
    open: (): PracticeServer => (server ??= openServer(folder, clock)),
    close: (): void => {
      server?.close();
      server = undefined;
    },
    destroy: (): void => {
      server?.close();
      server = undefined;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type ServerDoor = ReturnType<typeof createServerDoor>;

const gone = (id: string): NetworkError =>
  new NetworkError({ kind: 'gone', detail: `practice: ${id} is not there` }, 'no');

function demandText(text: string, max: number, images: number): void {
  const length = graphemes(text);
  if (length > max || (text.trim() === '' && images === 0)) {
    throw new NetworkError(
      { kind: 'validation', field: 'text', detail: `practice: ${length} characters` },
      'no',
    );
  }
}

function numbersOf(store: Store, id: string): readonly (readonly [string, Metrics])[] {
  const row = store.numbers(id);
  return row
    ? [[id, { likes: row.likes, replies: row.replies, impressions: row.likes * 37 + row.replies * 11 }]]
    : [];
}
