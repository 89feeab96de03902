import {
  approvalHash,
  effectiveContent,
  type Approvable,
  type Disclosure,
  type PostContent,
} from './content';
import { disclosedText } from './disclosed-text';
import type { AccountId, MediaId, VariantId } from './ids';
import type { Capabilities } from './network';
import { validateContent, type Issue } from './validate';

/** What of a post an approval needs: the contract's `post` and the stored rows both fit. */
export type ApprovablePost = {
  readonly base: PostContent;
  readonly media: readonly {
    readonly id: MediaId;
    readonly sha256: string;
    readonly alt: string;
    readonly mime: string;
  }[];
  readonly disclosure: Disclosure;
};
export type ApprovableVariant = {
  readonly id: VariantId;
  readonly accountId: AccountId;
  readonly override: PostContent | null;
};

/** Exactly what one account would publish of this post. A medium that is not in `post.media` is not published. */
export function publishApprovable(post: ApprovablePost, variant: ApprovableVariant): Approvable {
  const content = effectiveContent(post.base, variant.override);
  const byId = new Map(post.media.map((item) => [item.id, item]));
  return {
    kind: 'publish',
    accountId: variant.accountId,
    variantId: variant.id,
    segments: content.segments.map((part) => ({
      text: part.text,
      media: part.mediaIds.flatMap((id) => {
        const item = byId.get(id);
        return item ? [{ sha256: item.sha256, alt: item.alt }] : [];
      }),
    })),
    lang: content.lang,
    quoteUrl: content.quoteUrl,
    disclosure: post.disclosure,
  };
}

/** The hashes a person approves with one press: one for every variant, over what each account would publish. */
export const variantApprovals = (
  post: ApprovablePost,
  variants: readonly ApprovableVariant[],
): Promise<{ variantId: VariantId; approvedHash: string }[]> =>
  Promise.all(
    variants.map(async (variant) => ({
      variantId: variant.id,
      approvedHash: await approvalHash(publishApprovable(post, variant)),
    })),
  );

export type VariantIssues = { readonly accountId: AccountId; readonly issues: readonly Issue[] };

/** The content as it leaves: with the declaration of AI's part under the first text. Lengths count with it. */
export const withDisclosure = (content: PostContent, disclosure: Disclosure): PostContent => ({
  ...content,
  segments: content.segments.map((part, index) =>
    index === 0 ? { ...part, text: disclosedText(part.text, disclosure) } : part,
  ),
});

/** What stands in the way of each variant, by the capabilities of its account. */
export function postIssues(
  post: ApprovablePost,
  variants: readonly Omit<ApprovableVariant, 'id'>[],
  capabilitiesOf: (accountId: AccountId) => Capabilities | undefined,
): readonly VariantIssues[] {
  return variants.flatMap((variant) => {
    const capabilities = capabilitiesOf(variant.accountId);
    if (!capabilities) return [];
    const content = withDisclosure(effectiveContent(post.base, variant.override), post.disclosure);
    return [{ accountId: variant.accountId, issues: validateContent(content, post.media, capabilities) }];
  });
}
