import { AppError, type ErrorInfo } from '@shared/domain/errors';

const infoOf = (error: unknown): ErrorInfo => {
  if (error instanceof AppError) return error.info;
  throw error;
};

/** What the work was refused with; null where it went through. */
export const errorOf = (work: Promise<unknown>): Promise<ErrorInfo | null> => work.then(() => null, infoOf);

/** The same of something that is done at once, such as a plan. */
export function refusalOf(plan: () => unknown): ErrorInfo | null {
  try {
    plan();
  } catch (error) {
    return infoOf(error);
  }
  return null;
}
