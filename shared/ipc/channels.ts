import type { ErrorInfo } from '../domain/errors';

/** The two channels of the bridge. Kept free of zod, so that the preload stays two functions small. */
export const channels = { invoke: 'candor:invoke', event: 'candor:event' } as const;

/** What a call carries over the channel. `stream` names the stream that parts come back on. */
export type Envelope = { readonly method: string; readonly input: unknown; readonly stream?: string };

/** What comes back: a thrown error would lose its kind on the way. */
export type Answer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorInfo };
