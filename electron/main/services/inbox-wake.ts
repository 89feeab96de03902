import type { AppEvent } from '@shared/ipc/events';
import type { Conversations } from '../db/repositories/conversations';
import type { Clock, SystemEvents } from '../ports';

export type InboxWake = { readonly start: () => void; readonly stop: () => void; readonly plan: () => void };

/** Timers of the platform hold 24 days and stand still in sleep: look again at least this often. */
const LOOK_AGAIN_MS = 6 * 3_600_000;

/** Brings snoozed conversations back at their time, also when that time passed while the machine slept. */
export function createInboxWake(deps: {
  readonly conversations: Pick<Conversations, 'wake' | 'nextWake'>;
  readonly clock: Clock;
  readonly system: Pick<SystemEvents, 'onResume'>;
  readonly events: { readonly emit: (event: AppEvent) => void };
}): InboxWake {
  const { conversations, clock, events } = deps;
  let cancel = (): void => undefined;
  let off = (): void => undefined;

  const plan = (): void => {
    cancel();
    const woken = conversations.wake(clock.now());
    if (woken.length > 0) events.emit({ type: 'inbox.changed', ids: woken });
    const next = conversations.nextWake();
    if (next !== null) cancel = clock.after(Math.min(LOOK_AGAIN_MS, Math.max(0, next - clock.now())), plan);
  };
  return {
    start: () => {
      off = deps.system.onResume(plan);
      plan();
    },
    stop: () => {
      cancel();
      off();
    },
    /** After a conversation was snoozed. */
    plan,
  };
}
