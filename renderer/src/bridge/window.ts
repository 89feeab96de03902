import type { Answer, Envelope } from '@shared/ipc/channels';
import type { AppEvent } from '@shared/ipc/events';

/** What the preload puts on the page: two functions, nothing else. */
export type CandorBridge = {
  readonly invoke: (envelope: Envelope) => Promise<Answer<unknown>>;
  readonly subscribe: (listener: (event: AppEvent) => void) => () => void;
};

export const candor = (): CandorBridge => (window as unknown as { readonly candor: CandorBridge }).candor;
