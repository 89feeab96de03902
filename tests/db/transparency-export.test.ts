import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { csvCell } from '../../electron/main/transparency/export/csv';
import { createRetention, defaultRetention } from '../../electron/main/transparency/retention';
import {
  appendAct,
  openLog,
  requestInput,
  type LogFixture,
  erasureOf,
} from '../unit/transparency/log-fixture';
import {
  exporterOf,
  requestTo,
  temporaryFolder,
  verifiersDir,
  verifyWithBoth,
  verifyWithNode,
  verifyWithPython,
  type Mutation,
} from '../unit/transparency/record-fixture';

let fixture: LogFixture;
let out: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  fixture = openLog();
  out = temporaryFolder();
});
afterEach(() => {
  fixture.dispose();
  out.dispose();
});

const filesOf = (path: string): readonly string[] => readdirSync(path).sort();

/** For the two that check hundreds of records; a busy machine is slow at it. */
const MINUTE = 60_000;

describe('a record', () => {
  it('has every file, checks out in both verifiers and with ssh-keygen and sha256sum', async () => {
    for (let i = 0; i < 4; i++) appendAct(fixture.log, {}, `post-${i}`);
    fixture.log.checkpoint();
    appendAct(fixture.log);
    const result = await exporterOf(fixture).run(requestTo(out.dir));
    expect(result.name).toBe('ai-record_all_start_2026-11-22_22');
    expect(result).toMatchObject({ size: 22, full: 22, stubs: 0, withheld: 0, signed: true });
    expect(filesOf(result.path)).toEqual([
      'SHA256SUMS',
      'VERIFY.md',
      'allowed_signers',
      'checkpoint.body',
      'checkpoint.body.sig',
      'checkpoint.txt',
      'checkpoints.jsonl',
      'content.jsonl',
      'entries.jsonl',
      'manifest.json',
      'manifest.json.sig',
      'pubkey.pem',
      'record.csv',
      'report.html',
      'verify.mjs',
      'verify.py',
    ]);
    expect(verifyWithBoth(result.path)).toEqual({
      code: 0,
      lines: [
        'OK 22 entries: 22 in full, 0 withheld, 0 removed by retention',
        'OK 35 texts: 0 more withheld, 0 erased or removed by retention, 0 never stored',
        'OK signed by the key of the log',
      ],
    });
    execFileSync('sha256sum', ['--quiet', '--strict', '-c', 'SHA256SUMS'], {
      cwd: result.path,
      stdio: 'pipe',
    });
    for (const name of ['manifest.json', 'checkpoint.body']) {
      const args = [
        '-Y',
        'verify',
        '-f',
        'allowed_signers',
        '-I',
        'ai-log',
        '-n',
        'ai-log@candor',
        '-s',
        `${name}.sig`,
      ];
      const said = execFileSync('ssh-keygen', args, {
        cwd: result.path,
        input: readFileSync(join(result.path, name)),
        stdio: 'pipe',
      });
      expect(said.toString()).toContain(fixture.log.publicKey()?.fingerprint);
    }
    execFileSync('node', ['verify.mjs', '.'], { cwd: result.path, stdio: 'pipe' });
    execFileSync('python3', ['-B', 'verify.py', '.'], { cwd: result.path, stdio: 'pipe' });
  });

  it(
    'passes with 2,000 random acts, odd texts included, and the same as a zip',
    async () => {
      const texts = [
        'cut \ud83d',
        '\u202eשלום',
        '👩🏽‍🚀',
        '=HYPERLINK("x")',
        'line\r\nbreak "quoted", comma',
        '</script><b>',
        '\u2028\u0000',
        'e\u0301',
      ];
      fixture.log.durably(() => {
        for (let i = 0; i < 500; i++) {
          const text = `${texts[(i * 7) % texts.length]} ${i}`;
          appendAct(
            fixture.log,
            {
              acct: `account-${i % 3}`,
              slots: { prompt: { text }, input_message: { text: text.repeat(i % 5) } },
            },
            `post-${i}`,
          );
          if (i % 120 === 0)
            fixture.log.append({
              type: 'kill.switch',
              actor: { kind: 'human', ref: 'u' },
              scope: 'global',
              state: 'on',
              cause: 'user',
              aborted: 1,
            });
        }
      });
      const folder = await exporterOf(fixture).run(requestTo(out.dir));
      expect(verifyWithBoth(folder.path).code).toBe(0);
      const zip = await exporterOf(fixture).run(
        requestTo(out.dir, { target: { kind: 'zip', dir: out.dir } }),
      );
      const unpacked = join(out.dir, 'unpacked');
      for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip.path)))) {
        mkdirSync(join(unpacked, zip.name), { recursive: true });
        writeFileSync(join(unpacked, name), bytes);
      }
      expect(verifyWithBoth(join(unpacked, zip.name), '--previous', folder.path).code).toBe(0);
    },
    MINUTE,
  );

  it('shows other accounts and other times as hashes only, and says so', async () => {
    appendAct(fixture.log, { acct: 'account-1', slots: { prompt: { text: 'first client' } } });
    appendAct(fixture.log, { acct: 'account-2', slots: { prompt: { text: 'second client' } } });
    fixture.advance(86_400_000);
    const from = fixture.clock.now();
    appendAct(fixture.log, { acct: 'account-1', slots: { prompt: { text: 'next day' } } });
    const request = requestTo(out.dir, {
      account: 'account-1',
      accountLabel: 'Café Über & Söhne',
      from,
      to: from + 3_600_000,
    });
    expect(exporterOf(fixture).preview(request)).toEqual({ size: 13, full: 5, stubs: 8 });
    const result = await exporterOf(fixture).run(request);
    expect(result.name).toBe('ai-record_Cafe-Uber-Sohne_2026-11-23_2026-11-23_14');
    const verdict = verifyWithBoth(result.path);
    expect(verdict.code).toBe(2);
    expect(verdict.lines[0]).toBe('OK 14 entries: 6 in full, 8 withheld, 0 removed by retention');
    const all = filesOf(result.path)
      .map((name) => readFileSync(join(result.path, name), 'utf8'))
      .join('\n');
    expect(all).toContain('next day');
    expect(all).not.toContain('first client');
    expect(all).not.toContain('second client');
    expect(all).not.toContain('account-2');
  });

  it('withholds texts and names when asked to, and declares it', async () => {
    const author = fixture.log.subject('author', 'bluesky:did:plc:x');
    appendAct(fixture.log, {
      slots: { prompt: { text: 'own words' }, author: { text: '@somebody', subj: author } },
    });
    const result = await exporterOf(fixture).run(requestTo(out.dir, { texts: true, names: false }));
    expect(result.withheld).toBe(2);
    expect(verifyWithBoth(result.path).code).toBe(2);
    const all = filesOf(result.path)
      .map((name) => readFileSync(join(result.path, name), 'utf8'))
      .join('\n');
    expect(all).toContain('own words');
    expect(all).not.toContain('@somebody');
    expect(all).not.toContain('Ana Reviewer');
    expect(all).not.toContain('did:plc:x');
  });

  it('declares erased and pruned parts and still checks out without reserve', async () => {
    appendAct(fixture.log);
    fixture.advance(100 * 86_400_000);
    const author = fixture.log.subject('author', 'bluesky:did:plc:x');
    appendAct(fixture.log, { slots: { prompt: { text: 'p' }, author: { text: '@somebody', subj: author } } });
    erasureOf(fixture).erase({
      subjects: [author],
      reason: 'gdpr.art17',
      by: 'u',
    });
    const retention = createRetention({
      log: fixture.log,
      db: fixture.db,
      clock: fixture.clock,
      policy: () => defaultRetention,
    });
    await retention.prune();
    const first = await exporterOf(fixture).run(requestTo(out.dir));
    const verdict = verifyWithBoth(first.path);
    expect(verdict.code).toBe(0);
    expect(verdict.lines[1]).toMatch(/^OK 6 texts: 0 more withheld, 8 erased/);
    fixture.advance(1100 * 86_400_000);
    await retention.prune();
    const second = await exporterOf(fixture).run(requestTo(out.dir));
    const later = verifyWithBoth(second.path, '--previous', first.path);
    expect(later.code).toBe(0);
    expect(later.lines[0]).toMatch(/0 withheld, 8 removed by retention/);
  });

  it('is unsigned but consistent where there is no key, and both verifiers say so', async () => {
    const other = openLog({ protection: 'unavailable' });
    try {
      appendAct(other.log);
      const result = await exporterOf(other).run(requestTo(out.dir));
      expect(result.signed).toBe(false);
      expect(filesOf(result.path)).not.toContain('manifest.json.sig');
      const verdict = verifyWithBoth(result.path);
      expect(verdict.code).toBe(2);
      expect(verdict.lines.at(-1)).toMatch(/not signed/);
    } finally {
      other.dispose();
    }
  });

  it('follows changes of the key, and reports one that the old key did not sign', async () => {
    appendAct(fixture.log);
    fixture.log.checkpoint();
    fixture.log.rotateKey();
    appendAct(fixture.log);
    const vouched = await exporterOf(fixture).run(requestTo(out.dir));
    expect(verifyWithBoth(vouched.path).code).toBe(0);
    expect(readFileSync(join(vouched.path, 'allowed_signers'), 'utf8').trim().split('\n')).toHaveLength(2);
    writeFileSync(join(fixture.dir, 'key.json'), '{"v":1,"keys":[]}');
    const next = fixture.restart();
    next.log.ensureKey();
    const lost = await exporterOf(next).run(requestTo(out.dir));
    const verdict = verifyWithBoth(lost.path, '--previous', vouched.path);
    expect(verdict.code).toBe(2);
    expect(verdict.lines[0]).toMatch(/NOTE seq \d+: the key was changed and the old key did not sign/);
    next.dispose();
  });
});

/** Deterministic positions: both ends and some between. */
function positions(length: number): readonly number[] {
  const places = [
    0,
    1,
    length - 1,
    ...Array.from({ length: 4 }, (_, i) => Math.floor(((i + 0.5) * length) / 4)),
  ];
  return [...new Set(places.filter((at) => at >= 0 && at < length))];
}

describe('a flipped byte', () => {
  it(
    'in any file makes both verifiers fail and name the file or the entry',
    async () => {
      for (let i = 0; i < 6; i++) appendAct(fixture.log, { acct: `account-${i % 2}` }, `post-${i}`);
      fixture.log.checkpoint();
      fixture.log.rotateKey();
      const { path } = await exporterOf(fixture).run(requestTo(out.dir, { account: 'account-1' }));
      const mutations: (Mutation & { readonly place: string })[] = filesOf(path).flatMap((file) => {
        const bytes = readFileSync(join(path, file));
        return positions(bytes.length).map((at, i) => {
          const seq = bytes.subarray(0, at).filter((byte) => byte === 10).length + 1;
          const place = file === 'entries.jsonl' ? `BROKEN seq ${seq}:` : file;
          return { file, at, byte: (bytes[at] ?? 0) ^ (i % 2 ? 0x80 : 1), place };
        });
      });
      expect(mutations.length).toBeGreaterThan(90);
      const python = verifyWithPython(mutations.map((mutation) => ({ args: [path], mutation })));
      mutations.forEach(({ file, at, byte, place }, i) => {
        const original = readFileSync(join(path, file));
        const changed = Buffer.from(original);
        changed[at] = byte;
        writeFileSync(join(path, file), changed);
        const node = verifyWithNode(path);
        writeFileSync(join(path, file), original);
        for (const [name, verdict] of [
          ['node', node],
          ['python', python[i]],
        ] as const) {
          const said = `${name}, ${file} at ${at}: ${verdict?.lines.join(' | ')}`;
          expect(verdict?.code, said).toBe(1);
          expect(
            verdict?.lines.some((line) => line.startsWith('BROKEN') && line.includes(place)),
            said,
          ).toBe(true);
        }
      });
      expect(verifyWithBoth(path).code).toBe(2);
    },
    MINUTE,
  );

  it('in every byte of two entries names their number', async () => {
    appendAct(fixture.log, { acct: 'account-1' });
    appendAct(fixture.log, { acct: 'account-2' });
    const { path } = await exporterOf(fixture).run(requestTo(out.dir, { account: 'account-2' }));
    const file = join(path, 'entries.jsonl');
    const original = readFileSync(file);
    const lines = original.toString('latin1').split('\n');
    for (const seq of [3, 6]) {
      const start = lines.slice(0, seq - 1).join('\n').length + 1;
      for (let at = start; at < start + (lines[seq - 1]?.length ?? 0); at += 3) {
        const changed = Buffer.from(original);
        changed[at] = (changed[at] ?? 0) ^ 2;
        writeFileSync(file, changed);
        const { lines: said } = verifyWithNode(path);
        expect(said[0], `byte ${at - start} of entry ${seq}`).toMatch(new RegExp(`^BROKEN seq ${seq}:`));
      }
    }
    writeFileSync(file, original);
  });

  it('in a text names the entry when the files are made to fit again', async () => {
    appendAct(fixture.log);
    const { path } = await exporterOf(fixture).run(requestTo(out.dir));
    const file = join(path, 'content.jsonl');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('It is on its way to you', 'It is on its way to me!'),
    );
    expect(verifyWithBoth(path).lines[0]).toBe(
      'BROKEN seq 4: the text "final" is not the one that was logged',
    );
  });
});

describe('other changes to a record', () => {
  it.each([
    [
      'a cut tail',
      (path: string) => cutLines(join(path, 'entries.jsonl'), -1),
      'BROKEN seq 5: the record has 4 entries',
    ],
    [
      'a missing middle',
      (path: string) => dropLine(join(path, 'entries.jsonl'), 2),
      'BROKEN seq 3: is not the entry',
    ],
    [
      'a missing file',
      (path: string) => renameSync(join(path, 'report.html'), join(path, '..', 'moved.html')),
      'BROKEN file report.html: is missing',
    ],
    [
      'a foreign file',
      (path: string) => writeFileSync(join(path, 'extra.txt'), 'x'),
      'BROKEN file extra.txt: does not belong',
    ],
    [
      'no manifest',
      (path: string) => renameSync(join(path, 'manifest.json'), join(path, '..', 'moved.json')),
      'BROKEN record: cannot be read',
    ],
  ])('%s', async (_name, change, expected) => {
    appendAct(fixture.log);
    const { path } = await exporterOf(fixture).run(requestTo(out.dir));
    change(path);
    const [python] = verifyWithPython([{ args: [path] }]);
    for (const verdict of [verifyWithNode(path), python]) {
      expect(verdict?.code).toBe(1);
      expect(verdict?.lines[0]).toContain(expected);
    }
  });
});

function cutLines(file: string, keep: number): void {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  writeFileSync(file, `${lines.slice(0, keep - 1).join('\n')}\n`);
}
function dropLine(file: string, index: number): void {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  writeFileSync(file, `${lines.filter((_, i) => i !== index).join('\n')}\n`);
}

describe('--previous', () => {
  it('accepts a record that continues the older one and refuses one whose log was rewritten', async () => {
    appendAct(fixture.log);
    const older = await exporterOf(fixture).run(requestTo(out.dir));
    appendAct(fixture.log);
    const newer = await exporterOf(fixture).run(requestTo(out.dir));
    expect(verifyWithBoth(newer.path, '--previous', older.path).code).toBe(0);
    expect(verifyWithBoth(older.path, '--previous', newer.path).lines[0]).toBe(
      'BROKEN seq 7: was in the previous record and is gone',
    );
  });

  it('finds that a backup was put back and other acts were logged in its place', async () => {
    appendAct(fixture.log);
    fixture.log.close();
    const backup = fixture.db.serialize();
    const before = fixture.restart();
    appendAct(before.log);
    const older = await exporterOf(before).run(requestTo(out.dir));
    before.log.close();
    before.db.close();
    writeFileSync(fixture.file, backup);
    const after = before.restart();
    appendAct(after.log);
    const newer = await exporterOf(after).run(requestTo(out.dir));
    expect(verifyWithBoth(newer.path).lines[0]).toBe(
      'NOTE seq 6: the log declares that it was restored or cut here (tail_cut)',
    );
    const verdict = verifyWithBoth(newer.path, '--previous', older.path);
    expect(verdict.code).toBe(1);
    expect(verdict.lines[0]).toBe(
      'BROKEN seq 6: is another entry than in the previous record: the log was rewritten',
    );
    after.dispose();
  });

  it('refuses the record of another log', async () => {
    appendAct(fixture.log);
    const mine = await exporterOf(fixture).run(requestTo(out.dir));
    const other = openLog();
    appendAct(other.log);
    const theirs = await exporterOf(other).run(requestTo(out.dir));
    expect(verifyWithBoth(theirs.path, '--previous', mine.path).lines[0]).toContain('another log');
    other.dispose();
  });
});

describe('making a record', () => {
  it('writes the export into the log before anything else, and its end when it is abandoned', async () => {
    appendAct(fixture.log);
    const controller = new AbortController();
    const exporter = exporterOf(fixture, {
      coverage: () => {
        controller.abort();
        return { milli: 1000, checked: 0, gaps: [], open: 0, interrupted: 0 };
      },
    });
    const request = requestTo(out.dir, { target: { kind: 'zip', dir: out.dir } });
    await expect(exporter.run(request, { signal: controller.signal })).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(readdirSync(out.dir)).toEqual([]);
    const phases = fixture.log
      .entries({ types: ['export'] })
      .items.map(({ entry }) => entry.type === 'export' && entry.phase);
    expect(phases).toEqual(['abandoned', 'begun']);
  });

  it('leaves nothing behind when the place cannot be written', async () => {
    writeFileSync(join(out.dir, 'file'), 'x');
    const request = requestTo(join(out.dir, 'file'));
    await expect(exporterOf(fixture).run(request)).rejects.toMatchObject({ kind: 'internal' });
    expect(readdirSync(out.dir)).toEqual(['file']);
  });

  it('never overwrites an earlier record', async () => {
    const exporter = exporterOf(fixture);
    const name = 'ai-record_all_start_2026-11-22_2';
    mkdirSync(join(out.dir, name));
    expect((await exporter.run(requestTo(out.dir))).path).toBe(join(out.dir, `${name}-2`));
  });

  it('reports its progress and lets other work run meanwhile', async () => {
    fixture.log.durably(() => {
      for (let i = 0; i < 400; i++) fixture.log.append(requestInput());
    });
    const seen: string[] = [];
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const target = { kind: 'zip', dir: out.dir } as const;
    await exporterOf(fixture).run(requestTo(out.dir, { target }), {
      onProgress: ({ step, done, total }) => seen.push(`${step} ${done}/${total}`),
    });
    clearInterval(timer);
    expect(seen.at(-1)).toBe('zip 16/16');
    expect(seen).toContain('entries 402/402');
    expect(turns).toBeGreaterThan(0);
  });
});

describe('what people read', () => {
  it('escapes whatever stands in the texts, runs no script and loads nothing', async () => {
    const nasty = `<script>alert(1)</script><img src=x onerror=alert(1)> "&' \u202e`;
    appendAct(fixture.log, {
      gen_ai: { 'gen_ai.request.model': `<b>${nasty}` },
      slots: { input_message: { text: nasty } },
    });
    fixture.log.append({ type: 'ai.blocked', actor: { kind: 'system', ref: 'app' }, reason: 'kill_switch' });
    const { path } = await exporterOf(fixture).run(
      requestTo(out.dir, { accountLabel: nasty, zone: 'Europe/Berlin' }),
    );
    const report = readFileSync(join(path, 'report.html'), 'utf8');
    expect(report).not.toMatch(/<(script|img|link|iframe|object)\b/i);
    expect(report).not.toMatch(/(src|href)="(?!#)/);
    expect(report).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(report).toContain("default-src 'none'");
    expect(report).toContain('22 November 2026');
    expect(report).toContain('(Europe/Berlin)');
    expect(report).toContain('api.example.com');
    const headings = [...report.matchAll(/<h([1-6])/g)].map((match) => Number(match[1]));
    expect(headings[0]).toBe(1);
    expect(headings.filter((level) => level === 1)).toHaveLength(1);
    expect([...report.matchAll(/<table>/g)].length).toBe([...report.matchAll(/<caption>/g)].length);
  });

  it('writes cells that no spreadsheet runs as a formula', () => {
    expect(['=1+1', '+1', '-1', '@x', '\tx', '\rx'].map(csvCell)).toEqual([
      "'=1+1",
      "'+1",
      "'-1",
      "'@x",
      "'\tx",
      '"\'\rx"',
    ]);
    expect(csvCell('a "b", c\nd')).toBe('"a ""b"", c\nd"');
    expect(csvCell(undefined)).toBe('');
    expect(csvCell(-5)).toBe("'-5");
  });

  it('has one line in the table for every entry shown', async () => {
    appendAct(fixture.log, { slots: { input_message: { text: '=cmd()' } } });
    const { path } = await exporterOf(fixture).run(requestTo(out.dir));
    const rows = readFileSync(join(path, 'record.csv'), 'utf8').split('\r\n');
    expect(rows).toHaveLength(1 + 6 + 1);
    expect(rows[0]).toMatch(/^seq,time_utc,type,/);
    expect(rows[2]).toContain(",'=cmd(),");
  });

  it('explains by itself how to check it', async () => {
    const { path, checkWords } = await exporterOf(fixture).run(requestTo(out.dir));
    const guide = readFileSync(join(path, 'VERIFY.md'), 'utf8');
    expect(guide).not.toMatch(/\{\{/);
    expect(guide).toContain(fixture.log.id);
    expect(guide).toContain(checkWords.join(' '));
    expect(readFileSync(join(path, 'verify.py'))).toEqual(readFileSync(join(verifiersDir, 'verify.py')));
  });
});
