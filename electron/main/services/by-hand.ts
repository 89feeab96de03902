import { effectiveContent } from '@shared/domain/content';
import { disclosedText, disclosureOn } from '@shared/domain/disclosed-text';
import { appError } from '@shared/domain/errors';
import type { VariantId } from '@shared/domain/ids';
import type { Db } from '../db/open';
import type { PostRepository, VariantRow } from '../db/repositories/posts';
import type { Clock } from '../ports';
import type { AccountDirectory } from './job-types';
import type { Publishing } from './publishing';
import { createReminders, type LaidOut, type Reminder, type ReminderDeps } from './reminders';

type ByHandDeps = Omit<ReminderDeps, 'reminder'> & {
  readonly db: Db;
  readonly clock: Clock;
  readonly posts: PostRepository;
  readonly accounts: AccountDirectory;
  readonly publishing: Pick<Publishing, 'changed'>;
};
/** Posts that a person publishes by hand because the network cannot be given them: told at the time, settled after. */
export function createByHand(deps: ByHandDeps) {
  const { db, clock, posts, accounts } = deps;

  const reminderOf = (id: VariantId): Reminder | undefined => {
    const variant = posts.variant(id);
    const post = variant && posts.get(variant.postId);
    const account = variant && accounts.get(variant.accountId);
    if (!variant?.remind || !post || post.deletedAt !== null || !account) return undefined;
    const declared = disclosureOn(post.disclosure, account.capabilities);
    return {
      variantId: id,
      postId: post.id,
      handle: account.handle,
      networkName: account.capabilities.name,
      pageUrl: account.profileUrl,
      segments: effectiveContent(post.base, variant.override).segments.map((part, index) => ({
        text: index === 0 ? disclosedText(part.text, declared) : part.text,
        mediaIds: part.mediaIds,
      })),
    };
  };
  const reminders = createReminders({ ...deps, reminder: reminderOf });

  const requireTold = (id: VariantId): VariantRow => {
    const variant = posts.variant(id);
    if (!variant?.remind) throw appError('not_found', { field: 'variantId' });
    if (variant.state !== 'needs_check') throw appError('conflict', { params: { state: variant.state } });
    return variant;
  };

  return {
    /** Tells the person of everything whose time has come; each is told once. */
    remind: (): void => {
      const ids = posts.toRemind(clock.now());
      if (ids.length === 0) return;
      db.durable(() =>
        ids.forEach((id) => {
          posts.changeVariant(id, { state: 'needs_check', problem: null });
          const variant = posts.variant(id);
          if (variant) deps.publishing.changed(variant.postId);
        }),
      );
      reminders.due(ids);
    },
    nextAfter: posts.nextReminderAfter,
    tidy: (): Promise<void> => reminders.tidy(new Set(posts.reminded())),
    /** The text on the clipboard, the files in a folder, the account's page in the browser. */
    layOut: ({ variantId }: { readonly variantId: VariantId }): Promise<LaidOut> =>
      reminders.layOut(variantId),
    settle: async ({
      variantId,
      published,
    }: {
      readonly variantId: VariantId;
      readonly published: boolean;
    }) => {
      db.durable(() => {
        const { postId } = requireTold(variantId);
        posts.changeVariant(
          variantId,
          published ? { state: 'published', publishedAt: clock.now() } : { state: 'draft' },
        );
        deps.publishing.changed(postId);
      });
      await reminders.finish(variantId);
    },
  };
}
