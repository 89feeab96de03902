import { net, powerMonitor } from 'electron';
import type { Clock, SystemEvents } from '../ports';

/** The system has no event for "online" outside a page, so it is asked this often. */
const ONLINE_POLL_MS = 3_000;

export function createSystemEvents(clock: Clock): SystemEvents {
  const listeners = new Set<(online: boolean) => void>();
  let online = net.isOnline();

  const poll = (): void => {
    const now = net.isOnline();
    if (now !== online) {
      online = now;
      for (const listener of listeners) listener(online);
    }
    clock.after(ONLINE_POLL_MS, poll);
  };
  clock.after(ONLINE_POLL_MS, poll);

  return {
    isOnline: () => online,
    onOnlineChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onResume: (listener) => {
      powerMonitor.on('resume', listener);
      return () => powerMonitor.off('resume', listener);
    },
  };
}
