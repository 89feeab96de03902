import { z } from 'zod';
import { accounts } from './accounts';
import { ai } from './ai';
import { calendar } from './calendar';
import { composer } from './composer';
import { inbox } from './inbox';
import { mediaHost } from './media-host';
import { outbox } from './outbox';
import { settings } from './settings';
import { transparency } from './transparency';

/** Every method of the bridge. A method without a handler does not compile. */
export const contract = {
  ...accounts,
  ...ai,
  ...calendar,
  ...composer,
  ...inbox,
  ...mediaHost,
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

/** The shape of a call as it arrives; see `Envelope` in channels.ts. */
export const envelope = z.object({
  method: z.string().max(80),
  input: z.unknown(),
  stream: z.string().max(64).optional(),
});
