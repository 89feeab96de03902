import type { z } from 'zod';
import type { Logger } from '../ports';
import { NetworkError } from './errors';
import type { Effect } from './http';

/**
 * Undefined for what is no JSON (nothing, a page of a proxy): the status tells, or the schema refuses it. Nothing is not
 * an empty list, by which everything would seem to be deleted.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A success that cannot be read. A write that was accepted is out: look, never send again. */
export function unreadable(name: string, effect: Effect, error: z.ZodError): NetworkError {
  const detail = `${name}: unexpected answer at ${error.issues[0]?.path.join('.') || 'top'}`;
  return effect === 'write'
    ? new NetworkError({ kind: 'ambiguous', detail }, 'yes')
    : new NetworkError({ kind: 'protocol', detail }, 'no');
}

/**
 * "Not found" without a word of the network's own comes from something in between: it says nothing about what was asked
 * for, which must not be taken for deleted.
 */
export function silentMiss(status: number, body: unknown, name: string, effect: Effect): NetworkError | null {
  if ((status !== 404 && status !== 410) || body !== undefined) return null;
  const detail = `${name}: ${status} without a word`;
  return new NetworkError({ kind: 'protocol', detail }, effect === 'write' ? 'maybe' : 'no');
}

/** Items of a list one by one: a strange one must not hide the others. */
export function readItems<T>(
  schema: z.ZodType<T>,
  items: readonly unknown[] | null | undefined,
  { log }: { readonly log: Pick<Logger, 'warn'> },
): readonly T[] {
  return (items ?? []).flatMap((item) => {
    const parsed = schema.safeParse(item);
    if (parsed.success) return [parsed.data];
    log.warn('an item of an unknown shape was left out', { at: parsed.error.issues[0]?.path.join('.') });
    return [];
  });
}

/** Undefined for what the network does not have any more. */
export async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NetworkError && error.kind === 'gone') return undefined;
    throw error;
  }
}
