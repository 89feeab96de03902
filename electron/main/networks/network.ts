import type { AccountId } from '@shared/domain/ids';
import type { Capabilities, Metrics, NetworkId } from '@shared/domain/network';
import type { ConversationType } from '@shared/domain/states';
import type { Clock, Http, Logger } from '../ports';
import type { WritePermit } from './write-fence';

/**
 * The interface that every network implements. Differences are declared in `capabilities`; nothing outside a
 * network's folder asks which network it is talking to (design.md 3.8).
 */
export type Network = {
  readonly id: NetworkId;
  /** Defaults for the network, before an account refines them. */
  readonly defaults: Capabilities;
  readonly connectMethods: readonly ConnectMethod[];
  /** Proves the credentials with the network and tells who they are. Nothing is stored here. */
  readonly connect: (
    method: string,
    input: Readonly<Record<string, string>>,
    io: ConnectIo,
  ) => Promise<Connected>;
  /** Asks the network whether the account still works and what it may do now. */
  readonly check: (
    ctx: AccountCtx,
  ) => Promise<{ readonly profile: Profile; readonly capabilities: Capabilities }>;
  /**
   * The ordered steps of one write. Pure: client ids (rkey, key, nonce) and `createdAt` are fixed here, once,
   * when the job is made, so that a replay is the same write.
   */
  readonly plan: (write: Write, account: AccountRef, fixed: { readonly now: number }) => readonly WriteStep[];
  /** Carries out one step. Only the write fence can call it: nobody else can make a permit. */
  readonly runStep: (
    step: WriteStep,
    done: Checkpoint,
    ctx: AccountCtx,
    permit: WritePermit,
  ) => Promise<StepResult>;
  /** Looks at the network to find out whether a step that may have been sent has arrived. */
  readonly reconcile: (
    step: WriteStep,
    done: Checkpoint,
    ctx: AccountCtx,
    permit: WritePermit,
  ) => Promise<Reconciled>;
  readonly pull: (stream: Stream, cursor: Cursor | null, ctx: AccountCtx) => Promise<PullPage>;
  /** Whether what a queued write is about still exists (checked again after being offline). */
  readonly exists: (remoteId: string, ctx: AccountCtx) => Promise<boolean>;
  readonly metrics: (remoteIds: readonly string[], ctx: AccountCtx) => Promise<ReadonlyMap<string, Metrics>>;
};

/** How a person connects: the fields of the form, as data, so that one dialog serves every network. */
export type ConnectMethod = {
  readonly id: string;
  readonly fields: readonly {
    readonly name: string;
    readonly secret: boolean;
    readonly optional?: boolean;
    readonly placeholder?: string;
  }[];
};

export type Profile = {
  readonly remoteId: string;
  readonly handle: string;
  readonly displayName: string;
  readonly avatarUrl?: string;
  /** Where the account lives (a PDS, an instance). */
  readonly serviceUrl: string;
  readonly profileUrl?: string;
};

/** Whatever a network needs to act as the account. Stored only encrypted. */
export type AccountSecrets = Readonly<Record<string, string>>;

export type Connected = { readonly profile: Profile; readonly secrets: AccountSecrets };

export type ConnectIo = { readonly http: Http; readonly clock: Clock; readonly signal: AbortSignal };

export type AccountRef = {
  readonly id: AccountId;
  readonly remoteId: string;
  readonly handle: string;
  readonly serviceUrl: string;
  /** What the account's server allows, as it last said; absent: the network's defaults hold. */
  readonly capabilities?: Capabilities;
};

/** What a network gets to work for one account. */
export type AccountCtx = {
  readonly account: AccountRef;
  readonly http: Http;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** The secrets in force, and the door to replace them: stored before they are used, never by empty ones. */
  readonly secrets: {
    readonly read: () => AccountSecrets;
    readonly replace: (secrets: AccountSecrets) => void;
  };
  /** Bytes of a media file, ready for this network's limits (resized in a worker, the original kept). */
  readonly media: (mediaId: string) => Promise<MediaBytes>;
  /** Rate limits as the network last told them, kept per account and bucket. */
  readonly onRate: (rate: RateInfo) => void;
};

export type MediaBytes = {
  readonly bytes: Uint8Array;
  readonly mime: string;
  readonly width: number;
  readonly height: number;
};

export type RateInfo = {
  readonly bucket: string;
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: number;
};

/** One write as the user meant it. Texts are exactly what was approved. */
export type Write =
  | {
      readonly kind: 'publish';
      readonly segments: readonly {
        readonly text: string;
        readonly media: readonly { readonly mediaId: string; readonly alt: string }[];
      }[];
      readonly lang?: string;
      readonly quoteUrl?: string;
    }
  | {
      readonly kind: 'reply';
      readonly conversation: RemoteConversation;
      readonly parent: RemoteTarget;
      readonly text: string;
    }
  | { readonly kind: 'dm'; readonly conversation: RemoteConversation; readonly text: string }
  | {
      readonly kind: 'like' | 'unlike' | 'hide' | 'unhide';
      readonly conversation: RemoteConversation;
      readonly target: RemoteTarget;
    }
  | { readonly kind: 'delete'; readonly remoteIds: readonly string[] }
  | { readonly kind: 'mark_read'; readonly conversation: RemoteConversation; readonly upTo: number };

export type RemoteConversation = { readonly remoteKey: string; readonly type: ConversationType };
/** A message on the network, with whatever the network needs to refer to it (a cid, a parent chain). */
export type RemoteTarget = { readonly remoteId: string; readonly ref: Readonly<Record<string, string>> };

/**
 * `visible` steps change what others can see and go through the write fence; `hidden` ones (uploads, containers)
 * may be repeated freely. `data` is the network's own, checked by its own schema when it is read back.
 */
export type WriteStep = {
  readonly key: string;
  readonly effect: 'hidden' | 'visible';
  /** The id that makes a replay recognisable to the network, where it has such a thing. */
  readonly clientId?: string;
  readonly data: Readonly<Record<string, unknown>>;
};
/** Results of the steps done so far, by step key; stored after every step. */
export type Checkpoint = Readonly<Record<string, StepOutput>>;
export type StepOutput = Readonly<Record<string, unknown>>;

export type RemoteRef = {
  readonly remoteId: string;
  readonly url?: string;
  readonly ref?: Readonly<Record<string, string>>;
};

export type StepResult =
  | { readonly state: 'done'; readonly output: StepOutput; readonly remote?: RemoteRef }
  /** The network is still working on it (media processing): look again at `pollAt`. */
  | { readonly state: 'wait'; readonly output: StepOutput; readonly pollAt: number };

export type Reconciled =
  | { readonly state: 'arrived'; readonly output: StepOutput; readonly remote?: RemoteRef }
  | { readonly state: 'absent' }
  | { readonly state: 'unknown' };

export type Stream = 'notifications' | 'dm';
export type Cursor = Readonly<Record<string, unknown>>;

export type PullPage = {
  readonly items: readonly InboxItem[];
  readonly next: Cursor | null;
  /** There is more to fetch right now with `next`. */
  readonly more: boolean;
  /** A stretch of time that the network no longer gives. */
  readonly gap?: { readonly from: number; readonly to: number };
  /** Rough number of items still to come, for a progress bar; an estimate. */
  readonly remaining?: number;
};

export type RemoteMedia = {
  readonly kind: 'image' | 'video' | 'other';
  readonly url: string;
  readonly alt: string;
};

export type RemoteAuthor = {
  readonly remoteId: string;
  readonly handle: string;
  readonly displayName: string;
  readonly avatarUrl?: string;
};

export type InboxItem =
  | {
      readonly kind: 'message';
      readonly conversation: RemoteConversation & {
        /** The post that the conversation hangs on, shown on top of it. */
        readonly origin?: RemotePost;
        /** The person on the other side of a direct conversation. */
        readonly other?: RemoteAuthor;
      };
      readonly remoteId: string;
      readonly ref: Readonly<Record<string, string>>;
      readonly author: RemoteAuthor;
      /** Written by the connected account itself, here or elsewhere. */
      readonly own: boolean;
      readonly text: string;
      readonly lang?: string;
      readonly createdAt: number;
      readonly url?: string;
      readonly parentRemoteId?: string;
      readonly media: readonly RemoteMedia[];
      /** Part of the thread for context; does not make the conversation unread. */
      readonly context?: boolean;
    }
  | { readonly kind: 'deleted'; readonly remoteId: string }
  | { readonly kind: 'edited'; readonly remoteId: string; readonly text: string; readonly editedAt: number };

export type RemotePost = {
  readonly remoteId: string;
  readonly ref: Readonly<Record<string, string>>;
  readonly author: RemoteAuthor;
  readonly text: string;
  readonly createdAt: number;
  readonly url?: string;
  readonly media: readonly RemoteMedia[];
};
