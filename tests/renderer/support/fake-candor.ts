import type { Input, MethodName, Output, Part } from '@shared/ipc/contract';
import { toErrorInfo } from '@shared/domain/errors';
import type { AppEvent } from '@shared/ipc/events';
import type { CandorBridge } from '@/bridge/window';

export type Handlers = {
  [Name in MethodName]?: (
    input: Input<Name>,
    part: (part: Part<Name>) => void,
  ) => Output<Name> | Promise<Output<Name>>;
};
export type FakeCandor = {
  readonly calls: { readonly method: string; readonly input: unknown }[];
  readonly emit: (event: AppEvent) => void;
  readonly on: (handlers: Handlers) => void;
};

/** What the preload puts on the page, answered by the handlers of a test. */
export function installFakeCandor(handlers: Handlers = {}): FakeCandor {
  const listeners = new Set<(event: AppEvent) => void>();
  const calls: { method: string; input: unknown }[] = [];
  const emit = (event: AppEvent): void => listeners.forEach((listener) => listener(event));
  const table = { ...handlers } as Record<string, (input: unknown, part: (part: unknown) => void) => unknown>;
  const candor: CandorBridge = {
    async invoke({ method, input, stream }) {
      calls.push({ method, input: structuredClone(input) });
      try {
        const handler = table[method];
        if (!handler) throw new Error(`the test has no answer for ${method}`);
        const part = (value: unknown): void => {
          if (stream !== undefined) emit({ type: 'stream.part', ids: [stream], part: value });
        };
        return { ok: true, value: structuredClone(await handler(input, part)) };
      } catch (thrown) {
        return { ok: false, error: toErrorInfo(thrown) };
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  Object.defineProperty(window, 'candor', { value: candor, configurable: true });
  return { calls, emit, on: (more) => Object.assign(table, more) };
}
