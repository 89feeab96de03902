import { appError } from '@shared/domain/errors';

/** Where a page ended: the sort key of its last row. Opaque to the window; it hands it back as it got it. */
export type Keyset = { readonly at: number; readonly id: string };

/** Above every row: the first page starts here. */
const FIRST: Keyset = { at: Number.MAX_SAFE_INTEGER, id: '\u{10ffff}' };

export const encodeCursor = ({ at, id }: Keyset): string => `${at}.${id}`;

export function decodeCursor(cursor: string | null | undefined, field = 'after'): Keyset {
  if (cursor === null || cursor === undefined) return FIRST;
  const match = /^(\d{1,16})\.([\w-]{1,64})$/.exec(cursor);
  if (!match) throw appError('invalid_input', { field, detail: 'not a cursor' });
  return { at: Number(match[1]), id: match[2] ?? '' };
}
