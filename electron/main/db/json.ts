import type { z } from 'zod';
import { appError } from '@shared/domain/errors';

/** JSON that this app stored. A row that does not fit its schema is damage, never silently something else. */
export function parseJson<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  what: string,
): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw appError('database', { detail: `stored ${what} cannot be read` }, error);
  }
}

export function parseNullable<Schema extends z.ZodType>(
  schema: Schema,
  text: string | null,
  what: string,
): z.output<Schema> | null {
  return text === null ? null : parseJson(schema, text, what);
}

export const toJson = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);
