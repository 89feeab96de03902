import { AppError, appError } from '@shared/domain/errors';

/** What an error of SQLite means to the rest of the app. AppErrors pass unchanged. */
export function toDatabaseError(thrown: unknown): unknown {
  if (thrown instanceof AppError) return thrown;
  const code = sqliteCode(thrown);
  if (code === undefined) return thrown;
  const detail = thrown instanceof Error ? thrown.message : code;
  if (code === 'SQLITE_FULL') return appError('disk_full', { detail }, thrown);
  return appError('database', { detail: `${code}: ${detail}` }, thrown);
}

function sqliteCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string') return undefined;
  return thrown.code.startsWith('SQLITE_') ? thrown.code : undefined;
}
