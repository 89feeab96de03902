import type { ErrorInfo } from '@shared/domain/errors';
import { t } from './i18n';
import { hostProblemOf, refusalOf } from './media-words';

export type ErrorText = { readonly what: string; readonly todo: string };

/** What happened and what to do, in words. */
export function errorText(info: ErrorInfo): ErrorText {
  const rule = ruleOf(info);
  const refusal = refusalOf(info);
  const problem = hostProblemOf(info);
  const at = refusal
    ? (`media.refused.${refusal}` as const)
    : problem
      ? (`mediaHost.problems.${problem}` as const)
      : rule
        ? (`errors.rules.${rule}` as const)
        : (`errors.kinds.${info.kind}` as const);
  return { what: t(`${at}.what`, info.params), todo: t(`${at}.todo`, info.params) };
}

const rules = ['not_called', 'window_closed', 'no_human_agent'] as const;
function ruleOf({ kind, params }: ErrorInfo): (typeof rules)[number] | undefined {
  if (kind !== 'policy_blocked') return undefined;
  const told = rules.find((rule) => rule === params?.['reason']);
  return told ?? (params?.['deadline'] === undefined ? undefined : 'window_closed');
}

/** Both in one sentence pair, for places with one line. */
export function errorLine(info: ErrorInfo): string {
  const { what, todo } = errorText(info);
  return `${what} ${todo}`;
}

/** What a developer needs, for the clipboard. It holds no secret and nothing that a person wrote. */
export const errorDetails = (info: ErrorInfo): string => JSON.stringify(info, null, 2);
