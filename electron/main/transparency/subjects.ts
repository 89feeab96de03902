import { randomBytes } from 'node:crypto';
import type { Database } from './database';

export type SubjectKind = 'author' | 'reviewer' | 'account' | 'model';
export type SubjectRow = { readonly subj: string; readonly kind: SubjectKind; readonly key: string };

/**
 * Random ids that stand for people in entries. The table that says who is who is deletable: without it the id
 * in the unchangeable part of the log says nothing.
 */
export type Subjects = {
  readonly of: (kind: SubjectKind, key: string) => string;
  readonly who: (subj: string) => SubjectRow | undefined;
  /** Where the key contains the words. */
  readonly find: (words: string) => readonly SubjectRow[];
  readonly forget: (subj: string) => void;
  readonly concern: (seq: number, subjects: readonly string[]) => void;
};

export function createSubjects(db: Database): Subjects {
  const byKey = db.prepare<[string, string], { readonly subj: string }>(
    'SELECT subj FROM ai_log_subject WHERE kind = ? AND key = ?',
  );
  const bySubject = db.prepare<[string], SubjectRow>(
    'SELECT subj, kind, key FROM ai_log_subject WHERE subj = ?',
  );
  const like = db.prepare<[string], SubjectRow>(
    'SELECT subj, kind, key FROM ai_log_subject WHERE instr(lower(key), lower(?)) > 0 ORDER BY key LIMIT 200',
  );
  const insert = db.prepare('INSERT INTO ai_log_subject (subj, kind, key) VALUES (?, ?, ?)');
  const remove = db.prepare('DELETE FROM ai_log_subject WHERE subj = ?');
  const about = db.prepare('INSERT OR IGNORE INTO ai_log_about (subj, seq) VALUES (?, ?)');
  const unlink = db.prepare('DELETE FROM ai_log_about WHERE subj = ?');

  return {
    of: (kind, key) => {
      const known = byKey.get(kind, key);
      if (known) return known.subj;
      const subj = `s_${randomBytes(16).toString('base64url')}`;
      insert.run(subj, kind, key);
      return subj;
    },
    who: (subj) => bySubject.get(subj),
    find: (words) => like.all(words),
    forget: (subj) => {
      remove.run(subj);
      unlink.run(subj);
    },
    concern: (seq, subjects) => subjects.forEach((subj) => about.run(subj, seq)),
  };
}
