import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import PQueue from 'p-queue';
import { AppError } from '@shared/domain/errors';
import { fileOf } from '@shared/domain/file-address';
import type { AccountId } from '@shared/domain/ids';
import type { SettingsStore } from '../db/repositories/settings';
import type { Clock, Http, Logger, Paths } from '../ports';
import { reachOf } from './picture-address';
import { createPictureCache, type PictureFile } from './picture-cache';
import { downloadPicture, PictureRefused, type Picture } from './picture-download';

export type RemotePicturesDeps = {
  readonly http: Http;
  readonly lookup: (host: string) => Promise<readonly string[]>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly paths: Pick<Paths, 'data'>;
  readonly store: SettingsStore;
  /** Whether the person lets pictures be fetched without being asked. */
  readonly wanted: () => boolean;
  /** The server of an account; pictures on this machine are only for accounts whose server is on it. */
  readonly serviceOf: (id: AccountId) => string | undefined;
  /** How the account's network opens its files; undefined where it has none, or the account is gone. */
  readonly openerOf: (id: AccountId) => FileOpener | undefined;
  readonly maxBytes?: number;
};

/** Gives where a file lies just now, which may carry a secret. */
export type FileOpener = (file: string, signal: AbortSignal) => Promise<string>;

/** The address under which the page shows a picture that a network named; null: not shown. */
export type PictureAddress = (remote: string | null, accountId: AccountId) => string | null;
export type RemotePictures = ReturnType<typeof createRemotePictures>;

/** `opener`: the account whose network has to open the address first. */
type Place = { readonly address: string; readonly opener?: AccountId; refused: boolean };

const KEY = 'pictures.key';
const MAX_BYTES = 200 * 1024 * 1024;
const MAX_PLACES = 20_000;
const AT_ONCE = 8;
/** Media of this device, as the practice network names them. */
const LOCAL = /^app:\/\/media\/[\w-]+$/u;

/**
 * Pictures that lie on servers. The page gets `app://remote/<id>` and never an address; only ids that views were
 * made with in this run lead anywhere. Ids stay the same from run to run, so what is on the disk shows offline.
 */
export function createRemotePictures(deps: RemotePicturesDeps) {
  const key = keyOf(deps.store);
  const cache = createPictureCache({
    folder: join(deps.paths.data, 'remote-images'),
    maxBytes: deps.maxBytes ?? MAX_BYTES,
    clock: deps.clock,
    log: deps.log,
  });
  const places = new Map<string, Place>();
  const loading = new Map<string, Promise<PictureFile | undefined>>();
  const queue = new PQueue({ concurrency: AT_ONCE });
  const end = new AbortController();
  let clearings = 0;

  const remember = (address: string, opener?: AccountId): string => {
    // the same file of a network may be another one to another account
    const name = opener === undefined ? address : `${opener} ${address}`;
    const id = createHmac('sha256', key).update(name).digest('hex');
    const place = places.get(id) ?? { address, ...(opener !== undefined && { opener }), refused: false };
    // again at the end: the first one is the one that was not shown for longest
    places.delete(id);
    places.set(id, place);
    const oldest = places.size > MAX_PLACES ? places.keys().next().value : undefined;
    if (oldest !== undefined) places.delete(oldest);
    return `app://remote/${id}`;
  };

  const address: PictureAddress = (remote, accountId) => {
    if (remote === null || LOCAL.test(remote)) return remote;
    if (fileOf(remote) !== undefined)
      return deps.openerOf(accountId) === undefined ? null : remember(remote, accountId);
    return isInReach(remote, accountId) ? remember(remote) : null;
  };

  const isInReach = (address: string, accountId: AccountId): boolean => {
    const reach = reachOf(address);
    const atHome = reach === 'loopback' && reachOf(deps.serviceOf(accountId) ?? '') === 'loopback';
    return reach === 'public' || atHome;
  };

  const download = async ({ address: remote, opener }: Place): Promise<Picture> => {
    if (opener === undefined) return downloadPicture(deps, remote, end.signal);
    const open = deps.openerOf(opener);
    if (!open) throw new PictureRefused('its account is gone');
    const opened = await open(fileOf(remote) ?? '', end.signal);
    if (!isInReach(opened, opener)) throw new PictureRefused('the address is not allowed');
    return downloadPicture(deps, opened, end.signal, 'network');
  };

  const load = async (id: string, place: Place): Promise<PictureFile | undefined> => {
    const cleared = clearings;
    try {
      const picture = await download(place);
      return cleared === clearings ? await cache.put(id, picture) : undefined;
    } catch (error) {
      // Refusals hold for this run; what may pass (no connection, a tired server) is tried when it is shown again.
      const kind = error instanceof AppError ? error.kind : 'no answer';
      place.refused = error instanceof PictureRefused || kind === 'media_rejected';
      deps.log.debug('a picture is not shown', {
        why: error instanceof PictureRefused ? error.message : kind,
      });
      return undefined;
    }
  };

  return {
    address,
    /** `asked`: the person pressed "Show picture", so it is fetched although fetching is off. */
    file: async (id: string, asked: boolean): Promise<PictureFile | undefined> => {
      const kept = await cache.get(id);
      if (kept) return kept;
      const place = places.get(id);
      if (!place || place.refused || end.signal.aborted || !(asked || deps.wanted())) return undefined;
      const running = loading.get(id) ?? queue.add(() => load(id, place));
      loading.set(id, running);
      return running.finally(() => loading.delete(id));
    },
    /** Forgets every picture on the disk: they are fetched again where they are still shown. */
    clear: async (): Promise<void> => {
      clearings += 1;
      await cache.clear();
    },
    close: async (): Promise<void> => {
      end.abort();
      await queue.onIdle();
    },
  };
}

/** Of this installation: an id says nothing about an address to anyone who does not have the database. */
function keyOf(store: SettingsStore): Buffer {
  const stored = store.read(KEY);
  if (typeof stored === 'string' && /^[0-9a-f]{64}$/u.test(stored)) return Buffer.from(stored, 'hex');
  const made = randomBytes(32);
  store.write(KEY, made.toString('hex'));
  return made;
}
