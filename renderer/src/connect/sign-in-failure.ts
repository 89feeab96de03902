import type { ErrorInfo } from '@shared/domain/errors';
import { signInFailures, type SignInFailure } from '@shared/domain/sign-in';
import type { ErrorText } from '@/text/error-text';
import { t } from '@/text/i18n';

/** Why a sign-in at a network did not come to an end, in words; null for every other error. */
export function signInFailure({ params }: ErrorInfo): ErrorText | null {
  const reason = signInFailures.find((each): each is SignInFailure => each === params?.['signIn']);
  if (!reason) return null;
  return {
    what: t(`accounts.connect.failures.${reason}.what`, params),
    todo: t(`accounts.connect.failures.${reason}.todo`, params),
  };
}
