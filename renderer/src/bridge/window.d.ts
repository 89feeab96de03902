import type { Answer, Envelope } from '@shared/ipc/contract';
import type { AppEvent } from '@shared/ipc/events';

/** What the preload puts on the page: two functions, nothing else. */
declare global {
  interface Window {
    readonly candor: {
      readonly invoke: (envelope: Envelope) => Promise<Answer<unknown>>;
      readonly subscribe: (listener: (event: AppEvent) => void) => () => void;
    };
  }
}
