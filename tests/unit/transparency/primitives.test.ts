import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatePrivateKey, signingKey } from '../../../electron/main/transparency/ed25519';
import { fromBase64, hex, leafHash, nodeHash, sha256 } from '../../../electron/main/transparency/hashes';
import { jcs } from '../../../electron/main/transparency/jcs';
import { createFrontier, merkleRoot } from '../../../electron/main/transparency/merkle';
import {
  formatBody,
  noteKeyId,
  originOf,
  parseBody,
  parseNote,
  signNote,
  verifyNote,
} from '../../../electron/main/transparency/note';
import {
  allowedSigners,
  sshSign,
  sshVerify,
  SSHSIG_IDENTITY,
  SSHSIG_NAMESPACE,
} from '../../../electron/main/transparency/sshsig';

describe('canonical JSON', () => {
  it('sorts members by UTF-16 code units as RFC 8785 asks', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 };
    expect(jcs(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}');
  });
  it('leaves undefined members out and writes no spaces', () => {
    expect(jcs({ b: [1, true, 'x'], a: undefined, c: {} })).toBe('{"b":[1,true,"x"],"c":{}}');
  });
  it.each([0.5, Number.NaN, Infinity, 2 ** 53, null, [null], { a: undefined, b: () => 1 }, new Date(0), 10n])(
    'refuses %s',
    (value) => {
      expect(() => jcs(value)).toThrow(/\$/);
    },
  );
  it('makes text with a lone surrogate well formed instead of failing', () => {
    expect(jcs('cut \ud83d')).toBe('"cut \ufffd"');
    expect(Buffer.from(jcs('cut \ud83d'), 'utf8').toString('utf8')).toBe('"cut \ufffd"');
  });
});

/** The recursive definition of RFC 6962 section 2.1, as far from the incremental one as it gets. */
function referenceRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves;
  if (first === undefined) return sha256();
  if (leaves.length === 1) return first;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(referenceRoot(leaves.slice(0, split)), referenceRoot(leaves.slice(split)));
}

describe('merkle tree', () => {
  it('has the roots of the test vectors of Certificate Transparency', () => {
    const inputs = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ];
    const leaves = inputs.map((input) => leafHash(Buffer.from(input, 'hex')));
    expect(hex(merkleRoot([]))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(hex(merkleRoot(leaves.slice(0, 1)))).toBe(
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    );
    expect(hex(merkleRoot(leaves))).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
  });
  it('agrees with the recursive definition at every size up to 130, also when continued from saved peaks', () => {
    const leaves = Array.from({ length: 130 }, (_, i) => leafHash(`leaf ${i}`));
    let frontier = createFrontier();
    leaves.forEach((leaf, i) => {
      frontier.append(leaf);
      expect(hex(frontier.root())).toBe(hex(referenceRoot(leaves.slice(0, i + 1))));
      frontier = createFrontier({ size: frontier.size(), peaks: frontier.peaks() });
    });
  });
});

describe('signed notes', () => {
  const key = signingKey(generatePrivateKey());
  const raw = fromBase64(key.publicKey.raw);
  const name = originOf('6f0c1bb4-0000-4000-8000-000000000001');
  const body = formatBody({ origin: name, size: 42, root: leafHash('x') });

  it('verifies its own signature line and no other text, name or key', () => {
    const text = signNote(body, name, key);
    const note = parseNote(text);
    expect(note && verifyNote(note, name, raw)).toBe(true);
    expect(note && verifyNote(note, `${name}0`, raw)).toBe(false);
    expect(note && verifyNote(note, name, fromBase64(signingKey(generatePrivateKey()).publicKey.raw))).toBe(
      false,
    );
    const changed = parseNote(text.replace('\n42\n', '\n43\n'));
    expect(changed && verifyNote(changed, name, raw)).toBe(false);
  });
  it('computes the key id of the C2SP definition', () => {
    expect(hex(noteKeyId('a', Buffer.alloc(32)))).toBe(
      hex(sha256('a\n\x01', Buffer.alloc(32)).subarray(0, 4)),
    );
  });
  it('refuses bodies that are not exactly three lines of the right form', () => {
    expect(parseBody(body)?.size).toBe(42);
    for (const bad of [
      `${body}x\n`,
      body.replace('42', '042'),
      body.replace('42', '-1'),
      body.slice(0, -1),
      'a\n1\nAAAA\n',
    ]) {
      expect(parseBody(bad)).toBeUndefined();
    }
  });
});

describe('SSH signatures', () => {
  it('are accepted by the real ssh-keygen, and refused for changed bytes', () => {
    const dir = mkdtempSync(join(tmpdir(), 'candor-sshsig-'));
    try {
      const key = signingKey(generatePrivateKey());
      const message = Buffer.from('candor/ai-log/x\n1\nroot\n');
      const signature = sshSign(message, key);
      writeFileSync(join(dir, 'signers'), allowedSigners([key.publicKey.ssh]));
      writeFileSync(join(dir, 'sig'), signature);
      const verify = (input: Buffer): string =>
        execFileSync(
          'ssh-keygen',
          [
            '-Y',
            'verify',
            '-f',
            join(dir, 'signers'),
            '-I',
            SSHSIG_IDENTITY,
            '-n',
            SSHSIG_NAMESPACE,
            '-s',
            join(dir, 'sig'),
          ],
          { input, stdio: 'pipe' },
        ).toString();
      expect(verify(message)).toContain('Good "ai-log@candor" signature');
      expect(verify(message)).toContain(key.publicKey.fingerprint);
      expect(() => verify(Buffer.from('changed'))).toThrow();
      expect(sshVerify(message, signature)).toEqual(Buffer.from(fromBase64(key.publicKey.raw)));
      expect(sshVerify(Buffer.from('changed'), signature)).toBeUndefined();
      expect(sshVerify(message, 'nonsense')).toBeUndefined();
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
