import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { appError } from '@shared/domain/errors';
import { uuidv7, type MediaHostId, type MediaId } from '@shared/domain/ids';
import {
  mediaHostSecretNames,
  type MediaHostConfig,
  type MediaHostSecretName,
  type MediaHostSecrets,
} from '@shared/domain/media-host';
import type { ImageLimit } from '@shared/domain/network';
import type { ParsedInput } from '@shared/ipc/contract';
import type { MediaHostTest, MediaHostView } from '@shared/ipc/media-host';
import type { HostedMediaRepository, HostedMediaRow } from '../db/repositories/hosted-media';
import type { MediaHostRepository, MediaHostRow } from '../db/repositories/media-host';
import type { HostAdapter, HostContent } from '../media-host/host';
import type { MediaHost } from '../networks/network';
import type { Clock, Http, Logger, SecretStore } from '../ports';
import { hostFailure, problemOf } from './media-host-errors';
import { testMediaHost } from './media-host-test';
import type { MediaStore } from './media-store';

export type MediaHostDeps = {
  readonly hosts: MediaHostRepository;
  readonly hosted: HostedMediaRepository;
  readonly secrets: SecretStore;
  readonly media: Pick<MediaStore, 'load' | 'open'>;
  readonly makeHost: (
    config: MediaHostConfig,
    secrets: MediaHostSecrets,
    onHostKey?: (fingerprint: string) => void,
  ) => HostAdapter;
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Logger;
  /** There is one now, or none any more: what accounts can publish is to be looked at again. */
  readonly onChanged: () => void;
};
const DAY = 24 * 60 * 60_000;
const NAME_BYTES = 24;
const storedSecrets = z.record(z.string(), z.string());

/** The person's own storage that networks fetch media from: one for the whole app. */
export function createMediaHosts(deps: MediaHostDeps) {
  const { hosts, hosted, clock, log } = deps;
  const stopping = new AbortController();

  const secretsOf = ({ cipher }: MediaHostRow): MediaHostSecrets =>
    cipher ? storedSecrets.parse(JSON.parse(deps.secrets.decrypt(cipher))) : {};
  const adapterOf = (row: MediaHostRow, onHostKey?: (fingerprint: string) => void): HostAdapter =>
    deps.makeHost(row.config, secretsOf(row), onHostKey);
  const viewOf = (row: MediaHostRow): MediaHostView => ({
    config: row.config,
    stored: Object.keys(secretsOf(row)) as MediaHostSecretName[],
  });
  const requireCurrent = (): MediaHostRow => {
    const row = hosts.current();
    if (!row) throw appError('not_found', { field: 'mediaHost' });
    return row;
  };

  const put = async (
    row: MediaHostRow,
    adapter: HostAdapter,
    mediaId: string,
    content: HostContent,
  ): Promise<{ readonly key: string; readonly url: string }> => {
    const key = `${randomBytes(NAME_BYTES).toString('base64url')}${EXTENSIONS[content.mime] ?? ''}`;
    hosted.add({ key, hostId: row.id, mediaId: mediaId as MediaId, createdAt: clock.now() });
    await adapter.put(key, content, stopping.signal);
    return { key, url: await adapter.url(key) };
  };

  /** Throws HostError; the row stays until the file is known to be gone. */
  const removeHosted = async (item: HostedMediaRow): Promise<void> => {
    const row = hosts.byId(item.hostId);
    if (row) await adapterOf(row).remove(item.key, stopping.signal);
    hosted.remove(item.key);
  };

  const sweep = async (): Promise<void> => {
    const unreachable = new Set<MediaHostId>();
    for (const item of hosted.until(clock.now() - DAY)) {
      if (unreachable.has(item.hostId) || stopping.signal.aborted) continue;
      try {
        await removeHosted(item);
      } catch (error) {
        unreachable.add(item.hostId);
        log.warn('files on a media host could not be removed yet', { problem: problemOf(error) });
      }
    }
    hosts.forgetUnused();
  };

  const save = ({ config, secrets, forgetHostKey }: ParsedInput<'mediaHost.save'>): MediaHostView => {
    const before = hosts.current();
    const same = before && samePlace(before.config, config) ? before : undefined;
    const wanted = changedSecrets(config, same ? secretsOf(same) : {}, secrets);
    const filled = Object.keys(wanted).length > 0;
    const row: MediaHostRow = {
      id: same?.id ?? uuidv7<MediaHostId>(clock.now()),
      config: withHostKey(config, forgetHostKey ? undefined : same?.config),
      cipher: filled ? deps.secrets.encrypt(JSON.stringify(wanted)) : null,
    };
    if (same) hosts.update(row);
    else hosts.replace(row, clock.now());
    hosts.forgetUnused();
    deps.onChanged();
    return viewOf(row);
  };

  return {
    get: (): MediaHostView | null => {
      const row = hosts.current();
      return row ? viewOf(row) : null;
    },
    save,
    /** What lies there is removed before the way to it is forgotten; what cannot be now is tried every day. */
    remove: (): void => {
      hosts.retire(clock.now());
      hosts.forgetUnused();
      deps.onChanged();
    },
    test: async (): Promise<MediaHostTest> => {
      const row = requireCurrent();
      const learnt: { hostKey?: string } = {};
      const adapter = adapterOf(row, (fingerprint) => (learnt.hostKey = fingerprint));
      const result = await testMediaHost({
        http: deps.http,
        clock,
        signal: stopping.signal,
        put: (content) => put(row, adapter, 'test', content),
        remove: async (key) => {
          await adapter.remove(key, stopping.signal);
          hosted.remove(key);
        },
      });
      if (row.config.kind !== 'sftp') return { ...result, hostKey: null };
      // Learnt with a sign-in that worked: from now on this key and no other.
      const worked = result.steps[0]?.state === 'ok';
      const hostKey = row.config.hostKey ?? (worked ? (learnt.hostKey ?? null) : null);
      if (hostKey !== row.config.hostKey) hosts.update({ ...row, config: { ...row.config, hostKey } });
      return { ...result, hostKey };
    },
    /** For a network whose images have these limits; null: as they are. Null while the person has set up none. */
    forImages: (limit: Pick<ImageLimit, 'maxBytes' | 'mime'> | null): MediaHost | null => {
      if (!hosts.current()) return null;
      return {
        put: async (mediaId) => {
          const row = requireCurrent();
          const content = await contentOf(deps.media, mediaId, limit);
          return put(row, adapterOf(row), mediaId, content).catch((error: unknown) => {
            throw hostFailure(error);
          });
        },
        remove: async (key) => {
          const item = hosted.get(key);
          // The post is out: a host that cannot be reached right now must not make it look failed.
          if (item)
            await removeHosted(item).catch((error: unknown) =>
              log.warn('a file on the media host is removed later', { problem: problemOf(error) }),
            );
        },
      };
    },
    /** Removes what has been there for more than a day: left by a crash, or by a host that could not be reached. */
    sweep,
    close: (): void => stopping.abort(),
  };
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/webp': '.webp',
  'image/gif': '.gif',
  'video/mp4': '.mp4',
  'video/quicktime': '.mov',
  'video/webm': '.webm',
};

async function contentOf(
  media: MediaHostDeps['media'],
  mediaId: string,
  limit: Pick<ImageLimit, 'maxBytes' | 'mime'> | null,
): Promise<HostContent> {
  const file = await media.open(mediaId);
  if (file.mime.startsWith('video/')) return file;
  const { bytes, mime } = await media.load(mediaId, limit);
  return inMemory(bytes, mime);
}

const inMemory = (bytes: Uint8Array, mime: string): HostContent => ({
  mime,
  bytes: bytes.byteLength,
  read: (from, length) => Promise.resolve(bytes.subarray(from, from + length)),
});

/** Secrets are for one place: another host, bucket or user gets none that were typed for the one before. */
function samePlace(a: MediaHostConfig, b: MediaHostConfig): boolean {
  if (a.kind === 's3' && b.kind === 's3')
    return (
      a.endpoint === b.endpoint &&
      a.bucket === b.bucket &&
      a.prefix === b.prefix &&
      a.accessKeyId === b.accessKeyId
    );
  if (a.kind === 'webdav' && b.kind === 'webdav') return a.url === b.url && a.user === b.user;
  if (a.kind === 'sftp' && b.kind === 'sftp')
    return a.host === b.host && a.port === b.port && a.user === b.user && a.folder === b.folder;
  return false;
}

/** The window shows the pinned key and does not set it. */
function withHostKey(config: MediaHostConfig, before: MediaHostConfig | undefined): MediaHostConfig {
  if (config.kind !== 'sftp') return config;
  return { ...config, hostKey: before?.kind === 'sftp' ? before.hostKey : null };
}

function changedSecrets(
  { kind }: MediaHostConfig,
  before: MediaHostSecrets,
  typed: MediaHostSecrets,
): MediaHostSecrets {
  const entries = mediaHostSecretNames[kind].map(
    (name) => [name, typed[name] ?? before[name] ?? ''] as const,
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}
