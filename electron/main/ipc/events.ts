import type { AppEvent } from '@shared/ipc/events';
import type { Logger } from '../ports';

export type Events = {
  readonly emit: (event: AppEvent) => void;
  readonly on: (listener: (event: AppEvent) => void) => () => void;
};

/** Tells everyone who listens which ids changed. A listener that throws does not keep others from hearing. */
export function createEvents(log: Logger): Events {
  const listeners = new Set<(event: AppEvent) => void>();
  return {
    emit: (event) => {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (thrown) {
          log.error('a listener failed', { event: event.type, detail: String(thrown) });
        }
      }
    },
    on: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
