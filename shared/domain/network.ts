import { z } from 'zod';

/** Adding an id here makes the compiler list what is missing (registry, texts, marks). */
export const networkIds = [
  'practice',
  'bluesky',
  'mastodon',
  'facebook',
  'instagram',
  'x',
  'threads',
  'linkedin',
  'youtube',
  'telegram',
  'discord',
] as const;
export const networkId = z.enum(networkIds);
export type NetworkId = z.infer<typeof networkId>;

/** Whether something is possible, and if not, why: shown beside the disabled control. */
export type Support =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly why: 'network' | 'tier' | 'scope' | 'review' | 'media-host' | 'window' | 'instance';
      readonly note: string;
    };

export type TextUnit = 'grapheme' | 'mastodon' | 'utf16' | 'x-weighted' | 'threads';

export type TextLimit = {
  readonly max: number;
  readonly unit: TextUnit;
  readonly maxBytes?: number;
  readonly urlWeight?: number;
};

export type ImageLimit = {
  readonly max: number;
  readonly mime: readonly string[];
  readonly maxBytes: number;
  /** Length of alt text in graphemes; null when the network has none. */
  readonly altMax: number | null;
  /** Width divided by height, where the network refuses others; not with this choice of an option. */
  readonly ratio?: {
    readonly min: number;
    readonly max: number;
    readonly unless?: { readonly option: string; readonly value: string };
  };
};

export type VideoLimit = {
  readonly mime: readonly string[];
  readonly maxBytes: number;
  readonly maxSeconds: number;
  readonly minSeconds?: number;
  readonly altMax: number | null;
};

/**
 * Something that a post can say to one network beside its text and media (who sees it, a title, a declaration).
 * Ids are shared by networks that mean the same; the words for them are in `renderer/src/text/en/post-options.ts`.
 */
export type PostOption =
  | {
      readonly id: string;
      readonly kind: 'choice';
      readonly values: readonly string[];
      readonly initial: string;
    }
  | { readonly id: string; readonly kind: 'switch'; readonly initial: boolean }
  | {
      readonly id: string;
      readonly kind: 'text';
      readonly max: number;
      readonly required: boolean;
      readonly format?: 'url';
    };
export type PostOptions = Readonly<Record<string, string | boolean>>;

/** One permission that the sign-in has or lacks, and what is off without it. */
export type Permission = {
  readonly name: string;
  /** null: the network does not tell. */
  readonly granted: boolean | null;
  readonly needed: readonly PermissionUse[];
};
export const permissionUses = [
  'profile',
  'publish',
  'media',
  'comments',
  'mentions',
  'dm',
  'reply',
  'hide',
  'delete',
  'metrics',
  'like',
  'quote',
] as const;
export type PermissionUse = (typeof permissionUses)[number];

/** What one call costs, in US dollars; a price that is missing is not known, not free. */
export const priceNames = [
  'post',
  'postWithUrl',
  'reply',
  'dm',
  'read',
  'ownRead',
  'dmRead',
  'altText',
] as const;
export type PriceName = (typeof priceNames)[number];
export type Cost = {
  readonly currency: 'USD';
  readonly checkedOn: string;
  readonly source: string;
  readonly prices: Readonly<Partial<Record<PriceName, number>>>;
};

/** What one network (refined per account or instance) can do. Dated data, cached for offline use. */
export type Capabilities = {
  readonly network: NetworkId;
  readonly name: string;
  /** ISO date when the facts were checked, and where. */
  readonly checkedOn: string;
  readonly source: string;
  readonly publish: {
    readonly text: TextLimit;
    readonly textOnly: Support;
    readonly images: Support & Partial<ImageLimit>;
    readonly video: Support & Partial<VideoLimit>;
    /** Images and a video in one segment; without it a segment has one kind, and one video at most. */
    readonly mixedMedia?: boolean;
    /** `public-url`: the network fetches media from an address, for which a media host is needed. */
    readonly mediaTransport?: 'upload' | 'public-url' | 'mixed';
    /** Limit of a text below images or a video, where it is another. */
    readonly captionText?: TextLimit;
    /** Limit of the segments after the first, where they are comments with a limit of their own. */
    readonly commentText?: TextLimit;
    readonly options?: readonly PostOption[];
    readonly thread: 'atomic' | 'chain' | 'comments' | 'none';
    readonly quote: Support;
    readonly delete: Support;
  };
  readonly directMessage: { readonly text: TextLimit };
  readonly idempotency: {
    readonly kind: 'client-id' | 'header' | 'nonce' | 'container' | 'dup-check' | 'none';
    /** How long a replay is safe, ms; absent: without limit. */
    readonly ttlMs?: number;
    /** Whether looking at the network can tell if a write arrived. */
    readonly reconcile: boolean;
  };
  readonly inbox: {
    readonly mention: Support;
    readonly comment: Support;
    readonly dm: Support;
    readonly push: 'ws' | 'long-poll' | 'gateway' | 'none';
    readonly pollMs: { readonly foreground: number; readonly background: number };
    /** How long a direct message may be answered after the last one that came in, ms; absent: always. */
    readonly replyWindowMs?: number;
    /** A longer time for answers that a person writes, where that account feature is switched on. */
    readonly extendedReply?: { readonly windowMs: number; readonly feature: 'humanAgent' };
  };
  readonly act: Readonly<Record<'reply' | 'like' | 'hide' | 'deleteOwn' | 'markRead' | 'dm', Support>> & {
    /** Removing what somebody else wrote below a post of the account. Absent: the network has no way. */
    readonly deleteOther?: Support;
    /** Answering a comment by a direct message. */
    readonly privateReply?: Support;
  };
  /** How long a comment may be answered privately after it was written, ms. */
  readonly privateReplyWindowMs?: number;
  /** An answer reaches the person only if its text names them. */
  readonly answersNamePerson?: boolean;
  readonly metrics: { readonly post: readonly MetricName[]; readonly account?: readonly AccountMetricName[] };
  readonly disclosure: {
    readonly ai: 'post-flag' | 'media-flag' | 'text-only';
    /** The sign can be set on answers too. */
    readonly replyFlag?: boolean;
    /** The network wants its approval before answers that a model drafted are sent. */
    readonly aiReply?: 'needs-approval';
  };
  readonly cost?: Cost;
  /** How long what others wrote may be kept here; absent: as long as the person wants. */
  readonly retention?: { readonly maxDays: number };
  /** Rules of the account's server in its own words, cut to a bearable length; those about AI first. */
  readonly rules?: readonly string[];
  /** As the network last said of this sign-in. */
  readonly access?: {
    readonly permissions: readonly Permission[];
    /** When the sign-in ends and cannot be renewed without the person (UTC ms). */
    readonly endsAt?: number;
  };
};

/**
 * Parts of an account that a person can switch: off to be asked, and to pay, less; `humanAgent` on, where the network
 * has granted the person's app what no API tells.
 */
export const accountFeatures = ['notifications', 'dm', 'metrics', 'live', 'humanAgent'] as const;
export type AccountFeature = (typeof accountFeatures)[number];
/** What is missing is as an account begins: on, but for `humanAgent`. */
export type AccountFeatures = Readonly<Partial<Record<AccountFeature, boolean>>>;
export const isFeatureOn = (features: AccountFeatures, feature: AccountFeature): boolean =>
  features[feature] ?? feature !== 'humanAgent';

/** How long a direct message may be answered after the last one that came in, ms; undefined: always. */
export const replyWindowOf = (
  { inbox: { replyWindowMs, extendedReply } }: Pick<Capabilities, 'inbox'>,
  features: AccountFeatures,
): number | undefined =>
  extendedReply && isFeatureOn(features, extendedReply.feature) ? extendedReply.windowMs : replyWindowMs;

export const metricNames = [
  'likes',
  'replies',
  'reposts',
  'quotes',
  'impressions',
  'reach',
  'views',
  'shares',
  'saves',
  'clicks',
] as const;
export const accountMetricNames = ['followers', 'following', 'posts', 'reach', 'views', 'engaged'] as const;
export type AccountMetricName = (typeof accountMetricNames)[number];
export type AccountMetrics = Partial<Record<AccountMetricName, number>>;

export type MetricName = (typeof metricNames)[number];
/** Missing stays missing; it is never 0. */
export type Metrics = Partial<Record<MetricName, number>>;
