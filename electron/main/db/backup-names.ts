/** A backup says when and why it was made in its name, so that a folder of files is its own index. */
const backupReasons = ['daily', 'before_migration', 'manual', 'before_restore'] as const;
export type BackupReason = (typeof backupReasons)[number];

const PATTERN = /^candor-(\d{4})-(\d{2})-(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})Z-([a-z-]+?)(?:-v\d+)?\.db$/;

/** `candor-2026-11-22T130501250Z-daily.db`: sorts by time, valid on every file system. */
export function backupName(reason: BackupReason, at: number, suffix?: string): string {
  const stamp = new Date(at).toISOString().replace(/[:.]/g, '');
  return `candor-${stamp}-${reason.replaceAll('_', '-')}${suffix ? `-${suffix}` : ''}.db`;
}

/** Undefined for a file that is no backup of ours, and for any name with a path in it. */
export function parseBackupName(
  name: string,
): { readonly at: number; readonly reason: BackupReason } | undefined {
  const match = PATTERN.exec(name);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, ms, kind] = match;
  const reason = backupReasons.find((known) => known.replaceAll('_', '-') === kind);
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
  return reason && Number.isFinite(at) ? { at, reason } : undefined;
}
