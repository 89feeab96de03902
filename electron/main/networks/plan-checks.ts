import { graphemes, measure } from '@shared/domain/count';
import type { TextLimit } from '@shared/domain/network';
import { NetworkError } from './errors';
import type { WriteStep } from './network';

/** What a plan is refused with before anything is sent; fields are named as in `Write`. */
export const unsupported = (detail: string): NetworkError =>
  new NetworkError({ kind: 'unsupported', detail }, 'no');

export const invalid = (field: string, detail: string, cause?: unknown): NetworkError =>
  new NetworkError({ kind: 'validation', field, detail }, 'no', cause === undefined ? undefined : { cause });

export const tooMany = (field: string, max: number, count: number): NetworkError =>
  new NetworkError(
    { kind: 'validation', field, params: { max, count }, detail: `${count} of at most ${max}` },
    'no',
  );

export function checkText(text: string, limit: TextLimit, field: string, mayBeEmpty = false): void {
  if (text.trim() === '' && !mayBeEmpty) throw invalid(field, 'empty');
  const used = measure(text, limit);
  if (used > limit.max) throw tooMany(field, limit.max, used);
}

/** Null and undefined: the network sets no limit. `field` is the list's. */
export function checkAlts(
  media: readonly { readonly alt: string }[],
  altMax: number | null | undefined,
  field: string,
): void {
  media.forEach(({ alt }, index) => checkAlt(alt, altMax, `${field}.${index}`));
}

/** `field` is the medium's. */
export function checkAlt(alt: string, altMax: number | null | undefined, field: string): void {
  const max = altMax ?? Infinity;
  const used = graphemes(alt);
  if (used > max) throw tooMany(`${field}.alt`, max, used);
}

/** Steps whose `data` is of the network's own kind. */
export function stepMaker<Data extends WriteStep['data']>() {
  return {
    hidden: (key: string, data: Data): WriteStep => ({ key, effect: 'hidden', data }),
    visible: (key: string, data: Data, clientId?: string): WriteStep => ({
      key,
      effect: 'visible',
      ...(clientId !== undefined && { clientId }),
      data,
    }),
  };
}
