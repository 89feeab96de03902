import { describe, expect, it } from 'vitest';
import { bm25Query, hasUnspacedScript, parseSearch } from '../../electron/main/db/search-query';
import { snippetOf } from '../../electron/main/db/highlight';
import { decodeCursor, encodeCursor } from '../../electron/main/db/cursor';
import { backupName, parseBackupName } from '../../electron/main/db/backup-names';

describe('a search', () => {
  it('quotes every word, takes the unfinished last one as a beginning and keeps phrases together', () => {
    expect(parseSearch('late deliv')?.words).toBe('"late" AND "deliv" *');
    expect(parseSearch('late deliv ')?.words).toBe('"late" AND "deliv"');
    expect(parseSearch('"was late" b')?.words).toBe('"was late" AND "b"');
    expect(parseSearch('say ”was late”')?.words).toBe('"say" AND "was late"');
  });

  it('sends scripts without spaces to the trigram index, one or two characters to the text itself', () => {
    expect(parseSearch('遅れています')).toMatchObject({
      words: null,
      trigrams: '"遅れています"',
      literals: [],
    });
    expect(parseSearch('遅れ')).toMatchObject({ words: null, trigrams: null, literals: ['遅れ'] });
    expect(parseSearch('order 遅れています')).toMatchObject({ words: '"order"', literals: ['遅れています'] });
    expect(hasUnspacedScript('plain')).toBe(false);
  });

  it('is nothing when nothing with a letter or digit was typed', () => {
    for (const empty of ['', '   ', '***', '"" ""', '🔥', '\0']) expect(parseSearch(empty)).toBeNull();
  });

  it('is bounded, however much was typed', () => {
    expect(parseSearch(Array.from({ length: 200 }, (_, at) => `w${at}`).join(' '))?.terms).toHaveLength(16);
    expect(bm25Query('word '.repeat(100_000))).toBe('"word"');
    expect(bm25Query('!!')).toBeNull();
  });
});

describe('a snippet', () => {
  it('never cuts a character in half', () => {
    const text = `${'😀'.repeat(200)} needle`;
    const joined = snippetOf(text, [{ text: 'needle', prefix: false }])
      .map((part) => part.text)
      .join('');
    expect(joined).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
    expect(joined).toContain('needle');
  });

  it('shows the beginning when the hit is a matter of the index alone', () => {
    expect(snippetOf('nothing marked here', [{ text: 'else', prefix: false }])).toEqual([
      { text: 'nothing marked here', hit: false },
    ]);
  });
});

describe('names that carry data', () => {
  it('come back as they went', () => {
    expect(decodeCursor(encodeCursor({ at: 1_795_165_200_000, id: 'a-1' }))).toEqual({
      at: 1_795_165_200_000,
      id: 'a-1',
    });
    for (const reason of ['daily', 'before_migration', 'manual', 'before_restore'] as const) {
      expect(parseBackupName(backupName(reason, 1_795_165_200_123, 'v2'))).toEqual({
        at: 1_795_165_200_123,
        reason,
      });
    }
    for (const name of [
      '../candor.db',
      'candor-x-daily.db',
      'candor-2026-11-20T090000000Z-daily.db.part',
      '',
    ])
      expect(parseBackupName(name)).toBeUndefined();
  });
});
