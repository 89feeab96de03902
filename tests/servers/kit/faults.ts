/** `write`: only a call whose effect others see meets the fault. */
export type FaultOn = 'any' | 'write';

/** What goes wrong next: each fault is met once. */
export function createFaults<Fault extends string>() {
  let next: { readonly kind: Fault; readonly on: FaultOn } | null = null;
  const listeners: (() => void)[] = [];
  return {
    break: (kind: Fault, on: FaultOn = 'any'): void => void (next = { kind, on }),
    take: (isWrite: boolean): Fault | null => {
      if (next === null || (next.on === 'write' && !isWrite)) return null;
      const { kind } = next;
      next = null;
      return kind;
    },
    /** Said by the stub when a call is left without an answer. */
    hold: (): void => listeners.forEach((listener) => listener()),
    /** So that a test's clock runs out exactly then, and never because a machine is slow. */
    onHold: (listener: () => void): void => void listeners.push(listener),
  };
}
