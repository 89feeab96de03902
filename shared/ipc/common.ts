import { z } from 'zod';
import { errorInfo } from '../domain/errors';

export const nothing = z.object({}).strict();
export const done = z.void();
/** A UTC instant in milliseconds since the epoch. */
export const instant = z.number().int().min(0).max(8.64e15);
/** An IANA time zone that this runtime knows. */
export const zone = z.string().refine(isZone, { message: 'not a time zone' });
export const text = (max: number): z.ZodString => z.string().max(max);
/** Keyset paging: hand back `next` to get what follows. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item).readonly(), next: z.string().nullable() });
export const progress = z.object({
  done: z.number(),
  /** null where the whole is not known. */
  total: z.number().nullable(),
  label: z.string().optional(),
});
export type Progress = z.infer<typeof progress>;
export const failure = errorInfo;

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
