/**
 * What the core needs from the machine it runs on. The shell implements these with Electron; tests and the
 * command line implement them with plain Node. Nothing else in the core may know where it runs.
 */

/** Wall and monotonic time. All instants are UTC milliseconds since the epoch. */
export type Clock = {
  readonly now: () => number;
  /** Milliseconds that never jump; only differences mean anything. */
  readonly monotonic: () => number;
  /** Calls `fn` once after `ms`; returns a function that cancels it. */
  readonly after: (ms: number, fn: () => void) => () => void;
};

/** How well the operating system protects what is encrypted with it. */
export type SecretProtection = 'os-store' | 'plain-text' | 'unavailable';

/** Encryption by the operating system's store (design.md 3.6). Ciphertext is what rows and files carry. */
export type SecretStore = {
  readonly protection: () => SecretProtection;
  /** Throws AppError `secret_store` where the protection is not acceptable to the user. */
  readonly encrypt: (plain: string) => Uint8Array;
  readonly decrypt: (cipher: Uint8Array) => string;
  /** The user agreed in words that this machine may keep secrets without an OS store. */
  readonly allowPlainText: (agreed: boolean) => void;
};

export type SystemEvents = {
  readonly onResume: (listener: () => void) => () => void;
  readonly onOnlineChange: (listener: (online: boolean) => void) => () => void;
  readonly isOnline: () => boolean;
};

export type Notification = {
  readonly title: string;
  readonly body: string;
  readonly route?: string;
  /** What a press on it does beside showing the window. */
  readonly onOpen?: () => void;
};
export type Notifier = { readonly notify: (notification: Notification) => void };

/** The one door to the user's browser; refuses everything but https and mailto. */
export type ExternalLinks = { readonly open: (url: string) => Promise<void> };

/**
 * Pages at which a person signs in to a network, and used by nothing else: https, and plain http on this device
 * (a server at home, a stand-in for tests), which `ExternalLinks` does not open.
 */
export type SignInPages = {
  readonly openInBrowser: (url: string) => Promise<void>;
  /**
   * Shows the page in a window of its own and resolves with the address under `redirectUri` that the network goes
   * to, which is not loaded. Rejects with `cancelled` when the person closes the window or `signal` aborts.
   */
  readonly openInWindow: (request: {
    readonly url: string;
    readonly redirectUri: string;
    readonly signal: AbortSignal;
  }) => Promise<string>;
};

export type Paths = {
  /** The database, media and keys of this installation. */
  readonly data: string;
  /** Where backups go. */
  readonly backups: string;
  /** The user's documents, the default place of an export. */
  readonly documents: string;
  /** Read-only files that ship with the app (dated JSON, verifiers). */
  readonly resources: string;
};

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;
/** Diagnostics for the developer. Never receives secrets or what people wrote. */
export type Logger = {
  readonly debug: (message: string, fields?: LogFields) => void;
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields) => void;
};

/** `fetch` of the platform: Electron's `net.fetch` in the product (system proxy and certificates). */
export type Http = typeof globalThis.fetch;

export type SocketRequest = {
  /** `wss:`, or `ws:` for a server on this device. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A subprotocol; without it in the server's answer the handshake fails. */
  readonly protocol?: string;
  /** Ends the handshake or the connection at once. */
  readonly signal: AbortSignal;
};
export type SocketEnd = { readonly code: number; readonly reason: string };
export type Socket = {
  /** Nothing happens on a socket that has ended. */
  readonly send: (text: string) => void;
  /** Ends it in order. */
  readonly close: () => void;
  /**
   * Text messages, those that came before this call first. `onSign`: anything at all came in, pings too. Call it once;
   * resolves when the connection has ended, and never rejects.
   */
  readonly listen: (listener: {
    readonly onText: (text: string) => void;
    readonly onSign: () => void;
  }) => Promise<SocketEnd>;
};
export type SocketAnswer =
  | { readonly open: true; readonly socket: Socket }
  | { readonly open: false; readonly why: 'refused'; readonly status: number }
  /** The system wants connections to go through a proxy, which sockets do not. */
  | { readonly open: false; readonly why: 'proxy' }
  | { readonly open: false; readonly why: 'unreachable'; readonly detail: string };
/** A WebSocket to a server of the person's. Never rejects; nothing is tried twice. */
export type OpenSocket = (request: SocketRequest) => Promise<SocketAnswer>;

/** Start-at-login, tray and window behaviour that only the shell can carry out. */
export type ShellControls = {
  readonly setOpenAtLogin: (enabled: boolean) => void;
  readonly quit: () => void;
  readonly restart: () => void;
  /** Asks the user for a folder; undefined when cancelled. */
  readonly chooseFolder: (title: string) => Promise<string | undefined>;
  readonly chooseSaveFile: (title: string, defaultName: string) => Promise<string | undefined>;
  readonly chooseFiles: (title: string, extensions: readonly string[]) => Promise<readonly string[]>;
  readonly showItemInFolder: (path: string) => void;
  readonly copyText: (text: string) => Promise<void>;
};

export type AppInfo = { readonly name: string; readonly version: string; readonly commit: string };

/** Other hosts for networks, by network and endpoint; only a build that is not packaged takes any (tests). */
export type EndpointOverrides = Readonly<Record<string, Readonly<Record<string, string>>>>;

export type Ports = {
  readonly app: AppInfo;
  /** What the app runs on, with versions: shown in Settings and in reports of faults. */
  readonly runtime: string;
  readonly clock: Clock;
  readonly secrets: SecretStore;
  readonly system: SystemEvents;
  readonly notifier: Notifier;
  readonly links: ExternalLinks;
  readonly signIn: SignInPages;
  readonly paths: Paths;
  readonly log: Logger;
  readonly http: Http;
  readonly sockets: OpenSocket;
  readonly shell: ShellControls;
  readonly endpoints?: EndpointOverrides;
};
