import type { ErrorInfo } from '@shared/domain/errors';

/** The field of the form that an error is about; undefined when it is about none. */
export const fieldOf = ({ field }: ErrorInfo): string | undefined => field?.replace(/^fields\./, '');
