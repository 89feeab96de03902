import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { appError, toErrorInfo } from '@shared/domain/errors';
import type { MediaId, PostId, VariantId } from '@shared/domain/ids';
import type { ExternalLinks, Logger, Notifier, Paths, ShellControls } from '../ports';
import type { MediaStore } from './media-store';

/** What a person has to publish by hand, exactly as it was planned. */
export type Reminder = {
  readonly variantId: VariantId;
  readonly postId: PostId;
  readonly handle: string;
  readonly networkName: string;
  /** The account's page; null where the network has not said where it is. */
  readonly pageUrl: string | null;
  readonly segments: readonly { readonly text: string; readonly mediaIds: readonly MediaId[] }[];
};

/** What could be laid out for the person; the window says so. */
export type LaidOut = {
  readonly textCopied: boolean;
  /** How many files stand in the folder that was shown. */
  readonly files: number;
  readonly pageOpened: boolean;
};

export type ReminderDeps = {
  readonly notifier: Notifier;
  readonly shell: Pick<ShellControls, 'copyText' | 'showItemInFolder'>;
  readonly links: ExternalLinks;
  readonly media: Pick<MediaStore, 'copyOut'>;
  readonly paths: Pick<Paths, 'data'>;
  readonly log: Logger;
  /** undefined: it is no longer to be published by hand. */
  readonly reminder: (id: VariantId) => Reminder | undefined;
};
/** More at once, as after a night in which the machine slept, are told in one notification. */
const MOST_NOTIFICATIONS = 3;
const BODY_LENGTH = 120;
const DONE = 'done';

/**
 * Reminds a person at the time of a post that Candor cannot publish for them, and lays out what they need: the text on
 * the clipboard, the files in a folder, the account's page in the browser. Nothing is sent to the network from here.
 */
export function createReminders(deps: ReminderDeps) {
  const { notifier, shell, links, media, log } = deps;
  const root = join(deps.paths.data, 'reminders');
  const folderOf = (id: VariantId): string => join(root, id);

  const attempt = async (what: string, work: () => Promise<unknown>): Promise<typeof DONE | undefined> => {
    try {
      await work();
      return DONE;
    } catch (error) {
      log.warn('a part of a reminder did not work', { what, kind: toErrorInfo(error).kind });
      return undefined;
    }
  };

  const layFiles = async (item: Reminder): Promise<number> => {
    const ids = mediaOf(item);
    const folder = folderOf(item.variantId);
    await rm(folder, { recursive: true, force: true });
    if (ids.length === 0) return 0;
    await mkdir(folder, { recursive: true });
    const paths = await media.copyOut(ids, folder);
    if (paths[0] !== undefined) shell.showItemInFolder(paths[0]);
    return paths.length;
  };

  const layOut = async (id: VariantId): Promise<LaidOut> => {
    const item = deps.reminder(id);
    if (!item) throw appError('not_found', { field: 'variantId' });
    const text = textOf(item);
    const laid = { files: 0 };
    await attempt('files', async () => void (laid.files = await layFiles(item)));
    const { files } = laid;
    const { pageUrl } = item;
    // The page last: its window comes to the front.
    const textCopied = text !== '' && (await attempt('text', () => shell.copyText(text))) === DONE;
    const pageOpened = pageUrl !== null && (await attempt('page', () => links.open(pageUrl))) === DONE;
    return { textCopied, files, pageOpened };
  };

  const notifyOf = (item: Reminder): void =>
    notifier.notify({
      title: `@${item.handle.replace(/^@/, '')} on ${item.networkName}: time to publish`,
      body: shortened(textOf(item)) || `${mediaOf(item).length} files`,
      route: `/compose/${item.postId}`,
      onOpen: () => void attempt('notification', () => layOut(item.variantId)),
    });

  return {
    /** Their time has come. */
    due: (ids: readonly VariantId[]): void => {
      const items = ids.flatMap((id) => deps.reminder(id) ?? []);
      if (items.length <= MOST_NOTIFICATIONS) items.forEach(notifyOf);
      else
        notifier.notify({
          title: `${items.length} posts wait to be published by hand`,
          body: items.map(({ handle }) => `@${handle.replace(/^@/, '')}`).join(', '),
          route: '/calendar',
        });
    },
    layOut,
    /** The person has published it, or will not. */
    finish: (id: VariantId): Promise<void> => rm(folderOf(id), { recursive: true, force: true }),
    /** At the start: files laid out for what is settled since. */
    tidy: async (open: ReadonlySet<string>): Promise<void> => {
      const laidOut = await readdir(root).catch(() => []);
      const settled = laidOut.filter((name) => !open.has(name));
      await Promise.all(settled.map((name) => rm(join(root, name), { recursive: true, force: true })));
    },
  };
}

const mediaOf = ({ segments }: Reminder): readonly MediaId[] => segments.flatMap((part) => part.mediaIds);

/** Parts of a thread or comments stand apart, as a person would paste them one after the other. */
const textOf = ({ segments }: Reminder): string =>
  segments
    .map((part) => part.text.trim())
    .filter((text) => text !== '')
    .join('\n\n');

function shortened(text: string): string {
  const flat = text.replace(/\s+/gu, ' ');
  return flat.length <= BODY_LENGTH ? flat : `${flat.slice(0, BODY_LENGTH - 1)}…`;
}
