import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { appError } from '@shared/domain/errors';
import type {
  Clock,
  LogFields,
  Logger,
  Notification,
  Notifier,
  Paths,
  Ports,
  SecretStore,
  ShellControls,
  SignInPages,
  SystemEvents,
} from '../../electron/main/ports';

/** A clock that stands still until told; timers due on the way fire in order, at their time. */
export type ManualClock = Clock & {
  readonly advance: (ms: number) => void;
  /** Moves to `at`, as after a sleep: due timers fire late, once, at the new time. */
  readonly jumpTo: (at: number) => void;
  readonly pending: () => number;
};

export function createManualClock(start = Date.UTC(2026, 10, 20, 9)): ManualClock {
  let now = start;
  let id = 0;
  const timers = new Map<number, { at: number; fn: () => void }>();
  const nextUpTo = (limit: number) =>
    [...timers].filter(([, timer]) => timer.at <= limit).sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
  return {
    now: () => now,
    monotonic: () => now - start,
    after: (ms, fn) => {
      const key = ++id;
      timers.set(key, { at: now + Math.max(0, ms), fn });
      return () => void timers.delete(key);
    },
    advance: (ms) => {
      const end = now + ms;
      for (let next = nextUpTo(end); next; next = nextUpTo(end)) {
        timers.delete(next[0]);
        now = Math.max(now, next[1].at);
        next[1].fn();
      }
      now = end;
    },
    jumpTo: (at) => {
      now = at;
      for (let next = nextUpTo(at); next; next = nextUpTo(at)) {
        timers.delete(next[0]);
        next[1].fn();
      }
    },
    pending: () => timers.size,
  };
}

/** The machine's own clock, for tests of real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};

export type FakeSecretStore = SecretStore & {
  readonly setProtection: (to: ReturnType<SecretStore['protection']>) => void;
};

/** Keeps the promise of the port: ciphertext does not contain the text, and another store cannot read it. */
export function createSecretStore(key = crypto.getRandomValues(new Uint8Array(32))): FakeSecretStore {
  let protection: ReturnType<SecretStore['protection']> = 'os-store';
  let agreed = false;
  const usable = () => protection === 'os-store' || (protection === 'plain-text' && agreed);
  const mix = (bytes: Uint8Array) => bytes.map((byte, at) => byte ^ key[at % 32]! ^ (at * 31));
  const check = (): void => {
    if (!usable()) throw appError('secret_store', { detail: protection });
  };
  return {
    protection: () => protection,
    setProtection: (to) => {
      protection = to;
    },
    allowPlainText: (to) => {
      agreed = to;
    },
    encrypt: (plain) => {
      check();
      return mix(new TextEncoder().encode(`candor:${plain}`));
    },
    decrypt: (cipher) => {
      check();
      const plain = new TextDecoder().decode(mix(Uint8Array.from(cipher)));
      if (!plain.startsWith('candor:'))
        throw appError('secret_store', { detail: 'written by another store' });
      return plain.slice('candor:'.length);
    },
  };
}

export type FakeSystemEvents = SystemEvents & {
  readonly resume: () => void;
  readonly setOnline: (online: boolean) => void;
};

export function createSystemEvents(): FakeSystemEvents {
  const resumeListeners = new Set<() => void>();
  const onlineListeners = new Set<(online: boolean) => void>();
  let isOnline = true;
  return {
    isOnline: () => isOnline,
    onResume: (listener) => {
      resumeListeners.add(listener);
      return () => void resumeListeners.delete(listener);
    },
    onOnlineChange: (listener) => {
      onlineListeners.add(listener);
      return () => void onlineListeners.delete(listener);
    },
    resume: () => resumeListeners.forEach((listener) => listener()),
    setOnline: (online) => {
      isOnline = online;
      onlineListeners.forEach((listener) => listener(online));
    },
  };
}

export type LogLine = { readonly level: keyof Logger; readonly message: string; readonly fields?: LogFields };
export type RecordingLogger = Logger & { readonly lines: readonly LogLine[] };

export function createRecordingLogger(): RecordingLogger {
  const lines: LogLine[] = [];
  const at =
    (level: keyof Logger) =>
    (message: string, fields?: LogFields): void =>
      void lines.push({ level, message, fields });
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export type RecordingNotifier = Notifier & { readonly shown: readonly Notification[] };

export function createRecordingNotifier(): RecordingNotifier {
  const shown: Notification[] = [];
  return { shown, notify: (notification) => void shown.push(notification) };
}

const quietShell: ShellControls = {
  setOpenAtLogin: () => undefined,
  quit: () => undefined,
  restart: () => undefined,
  chooseFolder: () => Promise.resolve(undefined),
  chooseSaveFile: () => Promise.resolve(undefined),
  chooseFiles: () => Promise.resolve([]),
  showItemInFolder: () => undefined,
  copyText: () => Promise.resolve(),
};

export type TempDir = { readonly path: string; readonly remove: () => void };

export function createTempDir(label = 'candor'): TempDir {
  const path = mkdtempSync(join(tmpdir(), `${label}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function createPaths(root: string): Paths {
  const paths: Paths = {
    data: join(root, 'data'),
    backups: join(root, 'backups'),
    documents: join(root, 'documents'),
    resources: fileURLToPath(new URL('../../resources', import.meta.url)),
  };
  for (const path of [paths.data, paths.backups, paths.documents]) mkdirSync(path, { recursive: true });
  return paths;
}

export type FakeSignInPages = SignInPages & {
  /** Every page that a browser or a window was opened for, oldest first. */
  readonly opened: readonly URL[];
  /** The next page that is opened; waits for it. */
  readonly nextPage: () => Promise<URL>;
  /** The page in the window goes to this address. */
  readonly goTo: (address: string) => void;
  /** The person closes the window. */
  readonly closeWindow: () => void;
};

/** A browser and a window that open nothing: a test plays the person. */
export function createSignInPages(): FakeSignInPages {
  const opened: URL[] = [];
  const waiting: ((url: URL) => void)[] = [];
  let seen = 0;
  let window: { readonly goTo: (address: string) => void; readonly close: () => void } | undefined;
  const open = (url: string): void => {
    opened.push(new URL(url));
    waiting.splice(0).forEach((tell) => tell(new URL(url)));
  };
  return {
    opened,
    nextPage: async () => {
      while (opened.length <= seen) await new Promise<URL>((resolve) => waiting.push(resolve));
      return opened[seen++]!;
    },
    openInBrowser: async (url) => open(url),
    openInWindow: ({ url, signal }) =>
      new Promise((resolve, reject) => {
        const close = (): void => reject(appError('cancelled'));
        window = { goTo: resolve, close };
        signal.addEventListener('abort', close, { once: true });
        open(url);
      }),
    goTo: (address) => window?.goTo(address),
    closeWindow: () => window?.close(),
  };
}

export type FakePorts = Ports & {
  readonly clock: ManualClock;
  readonly secrets: FakeSecretStore;
  readonly system: FakeSystemEvents;
  readonly notifier: RecordingNotifier;
  readonly log: RecordingLogger;
  readonly openedLinks: readonly string[];
  readonly signIn: FakeSignInPages;
};

/** All ports over a temporary folder. `http` refuses: a test that needs a server brings its own. */
export function createPorts<Override extends Partial<Ports>>(
  root: string,
  override: Override,
): FakePorts & Override;
export function createPorts(root: string): FakePorts;
export function createPorts(root: string, override: Partial<Ports> = {}): FakePorts {
  const openedLinks: string[] = [];
  const ports: FakePorts = {
    app: { name: 'Candor', version: '0.0.0-test', commit: 'test' },
    runtime: 'test',
    clock: createManualClock(),
    secrets: createSecretStore(),
    system: createSystemEvents(),
    notifier: createRecordingNotifier(),
    log: createRecordingLogger(),
    links: {
      open: (url: string) => {
        openedLinks.push(url);
        return Promise.resolve();
      },
    },
    openedLinks,
    signIn: createSignInPages(),
    paths: createPaths(root),
    http: () => Promise.reject(appError('offline', { detail: 'no http in this test' })),
    sockets: () => Promise.resolve({ open: false, why: 'unreachable', detail: 'no sockets in this test' }),
    shell: quietShell,
  };
  return Object.assign(ports, override);
}
