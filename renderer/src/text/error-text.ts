import type { ErrorInfo } from '@shared/domain/errors';
import { t } from './i18n';

export type ErrorText = { readonly what: string; readonly todo: string };

/** What happened and what to do, in words. */
export const errorText = (info: ErrorInfo): ErrorText => ({
  what: t(`errors.kinds.${info.kind}.what`, info.params),
  todo: t(`errors.kinds.${info.kind}.todo`, info.params),
});

/** Both in one sentence pair, for places with one line. */
export function errorLine(info: ErrorInfo): string {
  const { what, todo } = errorText(info);
  return `${what} ${todo}`;
}

/** What a developer needs, for the clipboard. It holds no secret and nothing that a person wrote. */
export const errorDetails = (info: ErrorInfo): string => JSON.stringify(info, null, 2);
