import type { AccountId } from '@shared/domain/ids';
import type {
  AccountFeatures,
  AccountMetrics,
  Capabilities,
  Metrics,
  NetworkId,
  PostOptions,
  PriceName,
  Support,
} from '@shared/domain/network';
import type { ConversationType } from '@shared/domain/states';
import type { Clock, Http, Logger, OpenSocket } from '../ports';
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
  /**
   * Proves the credentials with the network and tells whose they are. A sign-in that opens several accounts (the
   * Pages of a person) gives all of them: the person chooses. Nothing is stored here.
   */
  readonly connect: (
    method: string,
    input: Readonly<Record<string, string>>,
    io: ConnectIo,
  ) => Promise<readonly Connected[]>;
  /** Asks the network whether the account still works and what it may do now. */
  readonly check: (
    ctx: AccountCtx,
  ) => Promise<{ readonly profile: Profile; readonly capabilities: Capabilities }>;
  /**
   * The ordered steps of one write. Pure: client ids (rkey, key, nonce) and `createdAt` are fixed here, once,
   * when the job is made, so that a replay is the same write.
   */
  readonly plan: (write: Write, account: AccountRef, fixed: { readonly now: number }) => readonly WriteStep[];
  /**
   * Whether the network lets this one message be answered, as far as its reference tells. Pure: the person is to know
   * before they write. Absent: what `act.reply` says holds for all.
   */
  readonly answerable?: (ref: RemoteTarget['ref']) => Support;
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
  /** Numbers of the account itself; what the network does not give is missing. */
  readonly accountMetrics?: (ctx: AccountCtx) => Promise<AccountMetrics>;
  /**
   * Keeps a connection through which the network says at once that something is new. Runs until `ctx.signal` aborts;
   * throws when the connection is lost, and is then begun again after a pause. Polling goes on meanwhile, less often.
   */
  readonly live?: (ctx: AccountCtx, io: LiveIo) => Promise<void>;
  /**
   * Where a file of `fileAddress` lies just now; given what it was made of. The address may carry a secret: it is fetched
   * from at once, and is never stored, logged or shown. Throws `media_rejected` for a file that is never given.
   */
  readonly openFile?: (file: string, ctx: AccountCtx) => Promise<string>;
};

export type LiveIo = {
  /** Where the stream stands now. */
  readonly cursor: (stream: Stream) => Cursor | null;
  /** Something is new in this stream; resolves when it has been pulled and stored. */
  readonly tell: (stream: Stream) => Promise<void>;
};

/** How a person connects: the fields of the form, as data, so that one dialog serves every network. */
export type ConnectMethod = {
  readonly id: string;
  /** `browser`: the person signs in in their browser; `window`: in a window of Candor. Absent: the fields are all. */
  readonly signIn?: 'browser' | 'window';
  /** Addresses that must be entered in the network's developer console, exactly so. */
  readonly redirects?: readonly string[];
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

export type ConnectIo = {
  readonly http: Http;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Opens the person's browser and listens on this device for the way back. Checks `state`; good for one use. */
  readonly authorizeInBrowser: (request: BrowserSignIn) => Promise<Authorized>;
  /** The same in a window of Candor that closes when the network goes to the redirect address. */
  readonly authorizeInWindow: (request: WindowSignIn) => Promise<Authorized>;
};

export type AuthorizeParts = {
  readonly redirectUri: string;
  readonly state: string;
  /** PKCE, S256 of the verifier that comes back in `Authorized`. */
  readonly challenge: string;
};
export type BrowserSignIn = {
  /** The network's page, given the address on this device to come back to. */
  readonly url: (parts: AuthorizeParts) => string | Promise<string>;
  /** How the network wants this device called in the redirect address. */
  readonly host: '127.0.0.1' | 'localhost';
};
export type WindowSignIn = {
  readonly url: (parts: AuthorizeParts) => string;
  readonly redirectUri: string;
};
export type Authorized = {
  readonly code: string;
  readonly redirectUri: string;
  readonly verifier: string;
};

export type AccountRef = {
  readonly id: AccountId;
  readonly remoteId: string;
  readonly handle: string;
  readonly serviceUrl: string;
  /** What the account's server allows, as it last said; absent: the network's defaults hold. */
  readonly capabilities?: Capabilities;
  /** What the person has switched on or off; absent: as an account begins. */
  readonly features?: AccountFeatures;
};

/** What a network gets to work for one account. */
export type AccountCtx = {
  readonly account: AccountRef;
  readonly http: Http;
  readonly sockets: OpenSocket;
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
  /** A video (or any file as it is), read in parts so that it never lies in memory whole. */
  readonly file: (mediaId: string) => Promise<MediaFile>;
  /** Where networks fetch media from that take no upload; null while the person has set up none. */
  readonly mediaHost: MediaHost | null;
  /** Rate limits as the network last told them, kept per account and bucket. */
  readonly onRate: (rate: RateInfo) => void;
  /** Something that the network charges for has happened `count` times. */
  readonly onUse: (price: PriceName, count: number) => void;
};

export type MediaFile = {
  readonly mime: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  /** Length of a video; null where the file does not say. */
  readonly seconds: number | null;
  readonly read: (from: number, length: number) => Promise<Uint8Array>;
};

/** Storage of the person's own that is reachable from the internet. */
export type MediaHost = {
  /** Puts the file (an image fitted to the network's limits) there under a name nobody can guess. */
  readonly put: (mediaId: string) => Promise<HostedFile>;
  /** Removes it after publishing; removing what is gone is no error. */
  readonly remove: (key: string) => Promise<void>;
};
export type HostedFile = { readonly key: string; readonly url: string };

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
        readonly media: readonly WriteMedia[];
      }[];
      readonly lang?: string;
      readonly quoteUrl?: string;
      /** Values for `capabilities.publish.options`; what is missing has its initial value. */
      readonly options?: PostOptions;
      /** The network's own sign for content made with AI is to be set. */
      readonly declareAi?: boolean;
    }
  | {
      readonly kind: 'reply';
      readonly conversation: RemoteConversation;
      readonly parent: RemoteTarget;
      readonly text: string;
      readonly declareAi?: boolean;
      /** By a direct message to the author of the comment. */
      readonly private?: boolean;
    }
  | {
      readonly kind: 'dm';
      readonly conversation: RemoteConversation;
      readonly text: string;
      /** When the person last wrote, as far as it was known here. */
      readonly lastIncomingAt?: number;
    }
  | {
      readonly kind: 'like' | 'unlike' | 'hide' | 'unhide';
      readonly conversation: RemoteConversation;
      readonly target: RemoteTarget;
    }
  | { readonly kind: 'delete'; readonly remoteIds: readonly string[] }
  | {
      /** Removes what somebody else wrote below a post of the account. */
      readonly kind: 'delete_other';
      readonly conversation: RemoteConversation;
      readonly target: RemoteTarget;
    }
  | { readonly kind: 'mark_read'; readonly conversation: RemoteConversation; readonly upTo: number };

export type WriteMedia = {
  readonly mediaId: string;
  readonly alt: string;
  /** Absent: an image. */
  readonly kind?: 'image' | 'video';
};

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
  /** Where it lies; or a `fileAddress`, which always leads to a picture: a still, where the media is none itself. */
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
      /**
       * Others do not see it: the account has hidden it, here or elsewhere, or it is held for review. Absent: the
       * network does not tell. A message that is known already comes once more when this has changed.
       */
      readonly hidden?: boolean;
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
