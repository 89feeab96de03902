import type { Page } from '@playwright/test';
import { approvalHash, effectiveContent, type Approvable } from '@shared/domain/content';
import type { Post } from '@shared/ipc/composer';
import { ask } from './candor';

/** Hashes of what each account would publish, as the composer computes them from what the person sees. */
async function approvalsOf(post: Post) {
  const byId = new Map(post.media.map((media) => [media.id, media]));
  return Promise.all(
    post.variants.map(async (variant) => {
      const content = effectiveContent(post.base, variant.override);
      const approvable: Approvable = {
        kind: 'publish',
        accountId: variant.accountId,
        variantId: variant.id,
        segments: content.segments.map((part) => ({
          text: part.text,
          media: part.mediaIds.map((id) => ({ sha256: byId.get(id)!.sha256, alt: byId.get(id)!.alt })),
        })),
        lang: content.lang,
        quoteUrl: content.quoteUrl,
        disclosure: post.disclosure,
      };
      return { variantId: variant.id, approvedHash: await approvalHash(approvable) };
    }),
  );
}

/** A scheduled post for the first practice account. The key press is the gesture that an approval needs. */
export async function schedulePost(page: Page, text: string, dueAt: number): Promise<Post> {
  const account = (await ask(page, 'accounts.list', {}))[0]!;
  const post = await ask(page, 'composer.create', {
    accountIds: [account.id],
    base: { segments: [{ text, mediaIds: [] }] },
  });
  await page.keyboard.press('Shift');
  return ask(page, 'composer.schedule', {
    id: post.id,
    dueAt,
    zone: 'UTC',
    approvals: await approvalsOf(post),
  });
}
