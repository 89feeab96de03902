import { z } from 'zod';

/** Adding an id here makes the compiler list what is missing (registry, texts, marks). */
export const networkIds = ['practice', 'bluesky', 'mastodon'] as const;
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

export type TextUnit = 'grapheme' | 'mastodon' | 'utf16';

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
    readonly video: Support;
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
    readonly push: 'ws' | 'sse' | 'long-poll' | 'gateway' | 'none';
    readonly pollMs: { readonly foreground: number; readonly background: number };
    /** How long a reply is allowed after the last incoming message, ms; absent: always. */
    readonly replyWindowMs?: number;
  };
  readonly act: Readonly<Record<'reply' | 'like' | 'hide' | 'deleteOwn' | 'markRead' | 'dm', Support>>;
  /** An answer reaches the person only if its text names them. */
  readonly answersNamePerson?: boolean;
  readonly metrics: { readonly post: readonly MetricName[] };
  readonly disclosure: { readonly ai: 'post-flag' | 'media-flag' | 'text-only' };
};

export const metricNames = ['likes', 'replies', 'reposts', 'quotes', 'impressions'] as const;
export type MetricName = (typeof metricNames)[number];
/** Missing stays missing; it is never 0. */
export type Metrics = Partial<Record<MetricName, number>>;
