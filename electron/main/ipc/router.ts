import { z } from 'zod';
import { appError, toErrorInfo, type ErrorInfo } from '@shared/domain/errors';
import type { Answer } from '@shared/ipc/channels';
import {
  contract,
  envelope,
  type MethodName,
  type Output,
  type ParsedInput,
  type Part,
  type StreamingName,
} from '@shared/ipc/contract';
import type { Clock, Logger } from '../ports';

/** What a handler knows of its caller. A gesture is needed where a person's permission is minted. */
export type Caller = { readonly userGesture: boolean };

/** Lets a handler send parts and learn that the caller no longer waits. */
export type StreamContext<P> = { readonly signal: AbortSignal; readonly part: (part: P) => void };

type Handler<Name extends MethodName> = Name extends StreamingName
  ? (
      input: ParsedInput<Name>,
      stream: StreamContext<Part<Name>>,
      caller: Caller,
    ) => Output<Name> | Promise<Output<Name>>
  : (input: ParsedInput<Name>, caller: Caller) => Output<Name> | Promise<Output<Name>>;
export type Handlers = { readonly [Name in MethodName]: Handler<Name> };
/** The handlers of one feature file. */
export type FeatureHandlers<Feature extends Partial<Record<MethodName, unknown>>> = Pick<
  Handlers,
  Extract<keyof Feature, MethodName>
>;

/** A service whose functions are named as the methods of a feature, with the same input and answer. */
export type ServiceFor<Feature extends string, Names extends string> = {
  readonly [Name in Names]: Handlers[Extract<`${Feature}.${Name}`, MethodName>];
};

type RouterDeps = { readonly handlers: Handlers; readonly clock: Clock; readonly log: Logger };
export type Router = {
  /** Never rejects: what goes wrong comes back as `{ ok: false, error }`. */
  readonly invoke: (
    raw: unknown,
    caller: Caller,
    send: (stream: string, part: unknown) => void,
  ) => Promise<Answer<unknown>>;
  readonly cancel: (stream: string) => void;
  readonly cancelAll: () => void;
};

/** The time in which parts of one stream are folded into the newest one: a frame at 60 Hz. */
const FRAME_MS = 16;

/**
 * The one door from the window into the core: finds the method, parses the input, calls the handler and parses
 * what it answers, so that neither side can be surprised and nothing that the contract does not name gets out.
 */
export function createRouter({ handlers, clock, log }: RouterDeps): Router {
  const running = new Map<string, AbortController>();

  const run = async (
    raw: unknown,
    caller: Caller,
    send: (stream: string, part: unknown) => void,
  ): Promise<unknown> => {
    const call = parse(envelope, raw);
    if (!Object.hasOwn(contract, call.method))
      throw appError('invalid_input', { field: 'method', detail: 'no such method' });
    const name = call.method as MethodName;
    const { input, output, part } = contract[name];
    const parsed = parse<unknown>(input, call.input);
    if (name === 'app.cancel') {
      running.get((parsed as ParsedInput<'app.cancel'>).stream)?.abort();
      return undefined;
    }
    if (part === undefined) {
      const handler = handlers[name] as (value: unknown, who: Caller) => unknown;
      return parseOutput(name, output, await handler(parsed, caller));
    }
    const stream = call.stream ?? '';
    if (stream === '' || running.has(stream))
      throw appError('invalid_input', { field: 'stream', detail: 'needs an id of its own' });
    const abort = new AbortController();
    running.set(stream, abort);
    const parts = foldParts(clock, (value) => send(stream, part.parse(value)));
    try {
      const handler = handlers[name] as (value: unknown, ctx: StreamContext<unknown>, who: Caller) => unknown;
      const value = await handler(parsed, { signal: abort.signal, part: parts.add }, caller);
      parts.flush();
      return parseOutput(name, output, value);
    } finally {
      parts.stop();
      running.delete(stream);
    }
  };

  const invoke: Router['invoke'] = async (raw, caller, send) => {
    try {
      return { ok: true, value: await run(raw, caller, send) };
    } catch (thrown) {
      const error = toErrorInfo(thrown);
      if (error.kind === 'internal')
        log.error('a handler failed', { method: methodOf(raw), detail: error.detail });
      return { ok: false, error };
    }
  };
  const cancelAll = (): void => running.forEach((abort) => abort.abort());
  return { invoke, cancel: (stream) => running.get(stream)?.abort(), cancelAll };
}

/** Refuses with the name of the first field that is wrong; what was given is not repeated. */
function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field =
    issue?.path.join('.') || (issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : 'input');
  throw appError('invalid_input', { field, detail: issue?.message });
}

function parseOutput(name: MethodName, schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const info: Omit<ErrorInfo, 'kind'> = {
    detail: `${name} answered outside its contract at ${issue?.path.join('.')}: ${issue?.message}`,
  };
  throw appError('internal', info);
}

/** Parts are states, not differences: within a frame only the newest is sent. */
function foldParts(clock: Clock, send: (part: unknown) => void) {
  let newest: { readonly part: unknown } | undefined;
  let cancel: (() => void) | undefined;
  const flush = (): void => {
    cancel?.();
    cancel = undefined;
    if (newest) send(newest.part);
    newest = undefined;
  };
  const add = (part: unknown): void => {
    newest = { part };
    cancel ??= clock.after(FRAME_MS, flush);
  };
  return { add, flush, stop: () => cancel?.() };
}

function methodOf(raw: unknown): string {
  const name = z.object({ method: z.string() }).safeParse(raw);
  return name.success ? name.data.method : 'unreadable call';
}
