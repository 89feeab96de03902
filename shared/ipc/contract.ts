import type { z } from 'zod';
import { accounts } from './accounts';
import { ai } from './ai';
import { calendar } from './calendar';
import { composer } from './composer';
import { inbox } from './inbox';
import { outbox } from './outbox';
import { settings } from './settings';
import { transparency } from './transparency';
import { errorInfo, type ErrorInfo } from '../domain/errors';
import { z as zod } from 'zod';

/** Every method of the bridge. A method without a handler does not compile. */
export const contract = {
  ...accounts,
  ...ai,
  ...calendar,
  ...composer,
  ...inbox,
  ...outbox,
  ...settings,
  ...transparency,
};

export type Contract = typeof contract;
export type MethodName = keyof Contract;
export type Input<Name extends MethodName> = z.input<Contract[Name]['input']>;
export type ParsedInput<Name extends MethodName> = z.output<Contract[Name]['input']>;
export type Output<Name extends MethodName> = z.output<Contract[Name]['output']>;
export type Part<Name extends MethodName> = Contract[Name]['part'] extends z.ZodType
  ? z.output<Contract[Name]['part']>
  : never;
export type StreamingName = {
  [Name in MethodName]: Contract[Name]['part'] extends z.ZodType ? Name : never;
}[MethodName];

export const channels = { invoke: 'candor:invoke', event: 'candor:event' } as const;

/** What a call carries over the channel. `stream` names the stream that parts come back on. */
export type Envelope = { readonly method: string; readonly input: unknown; readonly stream?: string };
export const envelope = zod.object({
  method: zod.string().max(80),
  input: zod.unknown(),
  stream: zod.string().max(64).optional(),
});

/** What comes back: a thrown error would lose its kind on the way. */
export type Answer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorInfo };
export const answer = zod.discriminatedUnion('ok', [
  zod.object({ ok: zod.literal(true), value: zod.unknown() }),
  zod.object({ ok: zod.literal(false), error: errorInfo }),
]);
