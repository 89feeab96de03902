import {
  approvalHash,
  chosenOptions,
  effectiveContent,
  type Approvable,
  type Disclosure,
  type PostContent,
} from './content';
import { disclosedText, disclosureOn } from './disclosed-text';
import type { AccountId, MediaId, VariantId } from './ids';
import type { Capabilities, PostOptions } from './network';
import { validateContent, type Issue } from './validate';
import { validateOptions } from './validate-options';

/** What of a post an approval needs: the contract's `post` and the stored rows both fit. */
export type ApprovablePost = {
  readonly base: PostContent;
  readonly media: readonly {
    readonly id: MediaId;
    readonly sha256: string;
    readonly alt: string;
    readonly mime: string;
    readonly bytes?: number;
    readonly width?: number;
    readonly height?: number;
    readonly seconds?: number | null;
  }[];
  readonly disclosure: Disclosure;
};
export type ApprovableVariant = {
  readonly id: VariantId;
  readonly accountId: AccountId;
  readonly override: PostContent | null;
  readonly options: PostOptions;
};

/** Exactly what one account would publish of this post. A medium that is not in `post.media` is not published. */
export function publishApprovable(
  post: ApprovablePost,
  variant: ApprovableVariant,
  capabilities: Capabilities,
): Approvable {
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
    options: chosenOptions(variant.options),
    disclosure: disclosureOn(post.disclosure, capabilities),
  };
}

export type CapabilitiesOf = (accountId: AccountId) => Capabilities | undefined;

/**
 * The hashes a person approves with one press: one for every variant, over what each account would publish. An
 * account that is gone has nothing to approve.
 */
export async function variantApprovals(
  post: ApprovablePost,
  variants: readonly ApprovableVariant[],
  capabilitiesOf: CapabilitiesOf,
): Promise<{ variantId: VariantId; approvedHash: string }[]> {
  const approvals = variants.map(async (variant) => {
    const capabilities = capabilitiesOf(variant.accountId);
    if (!capabilities) return [];
    const approvedHash = await approvalHash(publishApprovable(post, variant, capabilities));
    return [{ variantId: variant.id, approvedHash }];
  });
  return (await Promise.all(approvals)).flat();
}

export type VariantIssues = { readonly accountId: AccountId; readonly issues: readonly Issue[] };

/** The content as it leaves: with the declaration of AI's part under the first text. Lengths count with it. */
export const withDisclosure = (content: PostContent, disclosure: Disclosure): PostContent => ({
  ...content,
  segments: content.segments.map((part, index) =>
    index === 0 && !(part.text.trim() === '' && part.mediaIds.length === 0)
      ? { ...part, text: disclosedText(part.text, disclosure) }
      : part,
  ),
});

/** What stands in the way of each variant, by the capabilities of its account. */
export function postIssues(
  post: ApprovablePost,
  variants: readonly (Omit<ApprovableVariant, 'id'> & { readonly remind?: boolean })[],
  capabilitiesOf: CapabilitiesOf,
): readonly VariantIssues[] {
  return variants.flatMap((variant) => {
    const capabilities = capabilitiesOf(variant.accountId);
    // what a person publishes by hand is theirs to fit
    if (!capabilities || variant.remind) return [];
    const declared = disclosureOn(post.disclosure, capabilities);
    const content = withDisclosure(effectiveContent(post.base, variant.override), declared);
    const issues = [
      ...validateContent(content, post.media, capabilities, variant.options),
      ...validateOptions(variant.options, capabilities),
    ];
    return [{ accountId: variant.accountId, issues }];
  });
}
