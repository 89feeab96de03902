import { join } from 'node:path';
import { applyStagedRestore, createBackupFiles } from '../db/backup-files';
import { checkIntegrity, type Integrity } from '../db/integrity';
import { openDb, type Db } from '../db/open';
import createReaderWorker from '../db/reader-worker?nodeWorker';
import { createAccountMetrics } from '../db/repositories/account-metrics';
import { createAccountRemoval } from '../db/repositories/account-removal';
import { createAccounts } from '../db/repositories/accounts';
import { createAnswers } from '../db/repositories/answers';
import { createApiUse } from '../db/repositories/api-use';
import { createConversations } from '../db/repositories/conversations';
import { createDrafts } from '../db/repositories/drafts';
import { createExpiry } from '../db/repositories/expiry';
import { createInboxWriter } from '../db/repositories/inbox-writer';
import { createMessages } from '../db/repositories/messages';
import { createPublications } from '../db/repositories/publications';
import { createSavedReplies } from '../db/repositories/saved-replies';
import { createSearch } from '../db/repositories/search';
import { createSettingsStore } from '../db/repositories/settings';
import type { Ports } from '../ports';

/** Opens the workspace file, after a restore that waits for this start, with its backups beside it. */
export function openWorkspace({ paths, clock, log }: Ports) {
  const file = join(paths.data, 'workspace.sqlite');
  const restored = applyStagedRestore(file, paths.backups, clock.now());
  if (restored) log.info('a backup was restored');
  const db = openDb({ file, clock, log, backupsDir: paths.backups });
  const check = (path: string): Promise<Integrity> => checkIntegrity(createReaderWorker, { file: path, log });
  return { db, check: () => check(file), backups: createBackupFiles({ db, folder: paths.backups, check }) };
}

/** Every table group has one repository; services get those that they need. */
export function createRepositories(db: Db) {
  return {
    accounts: createAccounts(db),
    accountRemoval: createAccountRemoval(db),
    conversations: createConversations(db),
    messages: createMessages(db),
    drafts: createDrafts(db),
    answers: createAnswers(db),
    publications: createPublications(db),
    savedReplies: createSavedReplies(db),
    search: createSearch(db),
    settings: createSettingsStore(db),
    inboxWriter: createInboxWriter(db),
    apiUse: createApiUse(db),
    accountMetrics: createAccountMetrics(db),
    expiry: createExpiry(db),
  };
}
export type Repositories = ReturnType<typeof createRepositories>;
