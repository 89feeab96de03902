import {
  effectiveContent,
  emptyContent,
  noDisclosure,
  type Disclosure,
  type PostContent,
  type TextOrigin,
} from '@shared/domain/content';
import type { AccountId } from '@shared/domain/ids';
import type { PostOptions } from '@shared/domain/network';
import type { MissedPolicy, VariantState } from '@shared/domain/states';
import type { Post } from '@shared/ipc/composer';
import type { Settings } from '@shared/ipc/settings';

/** What one account is given: a text of its own or none, and what only its network is told. */
export type DraftVariant = {
  readonly accountId: AccountId;
  readonly override: PostContent | null;
  readonly options: PostOptions;
  readonly remind: boolean;
};

/** What a person edits: the part of a post that `composer.save` takes. */
export type Draft = {
  readonly base: PostContent;
  readonly variants: readonly DraftVariant[];
  readonly missedPolicy: MissedPolicy;
  readonly disclosure: Disclosure;
};
/** `base`, or the account whose own text is shown. */
export type TabId = 'base' | AccountId;

const newVariant = (accountId: AccountId): DraftVariant => ({
  accountId,
  override: null,
  options: {},
  remind: false,
});

export const emptyDraft = (accountIds: readonly AccountId[], missedPolicy: MissedPolicy): Draft => ({
  base: emptyContent,
  variants: accountIds.map(newVariant),
  missedPolicy,
  disclosure: noDisclosure,
});

export const draftOf = (post: Post): Draft => ({
  base: post.base,
  variants: post.variants.map(({ accountId, override, options, remind }) => ({
    accountId,
    override,
    options,
    remind,
  })),
  missedPolicy: post.missedPolicy,
  disclosure: post.disclosure,
});

export const contentOf = (draft: Draft, tab: TabId): PostContent =>
  tab === 'base' ? draft.base : effectiveContent(draft.base, overrideOf(draft, tab));

export const overrideOf = (draft: Draft, accountId: AccountId): PostContent | null =>
  draft.variants.find((entry) => entry.accountId === accountId)?.override ?? null;

export const optionsOf = (draft: Draft, accountId: AccountId): PostOptions =>
  draft.variants.find((entry) => entry.accountId === accountId)?.options ?? {};

const withVariant = (draft: Draft, accountId: AccountId, change: Partial<DraftVariant>): Draft => ({
  ...draft,
  variants: draft.variants.map((entry) => (entry.accountId === accountId ? { ...entry, ...change } : entry)),
});
const withOverride = (draft: Draft, accountId: AccountId, override: PostContent | null): Draft =>
  withVariant(draft, accountId, { override });

/** `undefined`: the initial value, which is not stored. */
export function withOption(
  draft: Draft,
  accountId: AccountId,
  option: string,
  value: string | boolean | undefined,
): Draft {
  const { [option]: _before, ...others } = optionsOf(draft, accountId);
  return withVariant(draft, accountId, {
    options: value === undefined ? others : { ...others, [option]: value },
  });
}

export const remindOf = (draft: Draft, accountId: AccountId): boolean =>
  draft.variants.find((entry) => entry.accountId === accountId)?.remind ?? false;

export const withRemind = (draft: Draft, accountId: AccountId, remind: boolean): Draft =>
  withVariant(draft, accountId, { remind });

/** Writing in an account's tab gives that account its own text. */
export const withContent = (draft: Draft, tab: TabId, content: PostContent): Draft =>
  tab === 'base' ? { ...draft, base: content } : withOverride(draft, tab, content);

export const resetToBase = (draft: Draft, accountId: AccountId): Draft =>
  withOverride(draft, accountId, null);

export const withAccount = (draft: Draft, accountId: AccountId, chosen: boolean): Draft => ({
  ...draft,
  variants: chosen
    ? [...draft.variants.filter((entry) => entry.accountId !== accountId), newVariant(accountId)]
    : draft.variants.filter((entry) => entry.accountId !== accountId),
});

/** Nobody may change the text any more: a network has it, or may have it. */
export const isLocked = (states: readonly VariantState[]): boolean =>
  states.some((state) => state === 'publishing' || state === 'published' || state === 'needs_check');

const urgency: readonly VariantState[] = [
  'needs_check',
  'failed',
  'missed',
  'publishing',
  'scheduled',
  'awaiting_approval',
  'draft',
  'published',
];
/** The state among the variants that most needs a person. */
export const overallState = (states: readonly VariantState[]): VariantState =>
  urgency.find((state) => states.includes(state)) ?? 'draft';

/** What is declared when AI wrote some of the text, by the setting, until the person chooses otherwise. */
export function disclosureAfterAi(setting: Settings['disclosure'], line: string): Disclosure {
  return setting === 'always'
    ? { decision: 'text', basis: 'brand_policy', text: line }
    : { decision: 'none', basis: 'human_reviewed' };
}

/** What is declared when the person chooses. */
export function chosenDisclosure(
  decision: Disclosure['decision'],
  origin: TextOrigin,
  line: string,
): Disclosure {
  if (decision === 'text') return { decision, basis: 'person_asked', text: line };
  // networks without a sign of their own get the line instead
  if (decision === 'flag') return { decision, basis: 'person_asked', text: line };
  return { decision, basis: origin === 'human' ? 'not_ai' : 'human_reviewed' };
}
