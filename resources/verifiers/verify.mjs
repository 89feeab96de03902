#!/usr/bin/env node
// Checks a Candor AI record: node verify.mjs [folder] [--previous older-folder]
// Needs Node 18 or newer and nothing else. Exit: 0 in order, 1 broken, 2 in order but parts are withheld or unsigned.
// Take this file from a place you trust (the releases of Candor), not only from the folder it is to check.
import { createHash, createHmac, createPublicKey, verify as verifySignature } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FORMAT = 'candor.ai-record/1';
const NAMESPACE = 'ai-log@candor';
const HEX = /^[0-9a-f]{64}$/;
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const leafHash = (line) => sha256(Buffer.from([0]), line);
const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right);

class Broken extends Error {
  constructor(place, what) {
    super(`${place}: ${what}`);
    this.place = place;
  }
}

// ---- keys and signatures

const ed25519 = (raw, message, signature) => {
  if (raw.length !== 32 || signature.length !== 64) return false;
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]);
  return verifySignature(null, message, createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature);
};
const pemOf = (raw) => {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]).toString('base64');
  return `-----BEGIN PUBLIC KEY-----\n${der}\n-----END PUBLIC KEY-----\n`;
};
const sshString = (data) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, data]);
};
const sshKey = (raw) => Buffer.concat([sshString(Buffer.from('ssh-ed25519')), sshString(raw)]);
const signerLine = (raw) => `ai-log namespaces="${NAMESPACE}" ssh-ed25519 ${sshKey(raw).toString('base64')}\n`;

/** Whether an SSH signature (PROTOCOL.sshsig) over the message is by this key. */
function sshVerify(raw, message, armored) {
  const match = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n$/.exec(armored);
  if (!match) return false;
  const digest = createHash('sha512').update(message).digest();
  const head = [NAMESPACE, '', 'sha512'].map((text) => sshString(Buffer.from(text)));
  const blob = Buffer.from(match[1], 'base64');
  const start = Buffer.concat([Buffer.from('SSHSIG'), Buffer.from([0, 0, 0, 1]), sshString(sshKey(raw)), ...head]);
  const middle = Buffer.concat([Buffer.from([0, 0, 0, 83]), sshString(Buffer.from('ssh-ed25519')), Buffer.from([0, 0, 0, 64])]);
  const expected = Buffer.concat([start, middle]);
  if (blob.length !== expected.length + 64 || !blob.subarray(0, expected.length).equals(expected)) return false;
  const signed = Buffer.concat([Buffer.from('SSHSIG'), ...head, sshString(digest)]);
  return ed25519(raw, signed, blob.subarray(expected.length));
}

/** Whether a C2SP signed note carries a signature line of this name and key. */
function noteVerify(raw, name, body, note) {
  if (!note.startsWith(`${body}\n`)) return false;
  const id = sha256(name, Buffer.from([0x0a, 1]), raw).subarray(0, 4);
  return note.slice(body.length + 1).split('\n').some((line) => {
    const [dash, signer, data] = line.split(' ');
    const blob = Buffer.from(data ?? '', 'base64');
    return dash === '\u2014' && signer === name && blob.subarray(0, 4).equals(id) && ed25519(raw, Buffer.from(body), blob.subarray(4));
  });
}

// ---- Merkle tree (RFC 6962)

function createTree() {
  const peaks = [];
  let size = 0;
  return {
    append(leaf) {
      let carry = leaf;
      for (let bits = size; bits % 2 === 1; bits = Math.floor(bits / 2)) carry = nodeHash(peaks.pop(), carry);
      peaks.push(carry);
      size += 1;
    },
    root: () => (size === 0 ? sha256() : peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), peaks[peaks.length - 1])),
  };
}
const rootOf = (leaves) => {
  const tree = createTree();
  leaves.forEach((leaf) => tree.append(leaf));
  return tree.root();
};

// ---- reading

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const parse = (bytes, place) => {
  try {
    const value = JSON.parse(decoder.decode(bytes));
    if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Error('not an object');
    return value;
  } catch {
    throw new Broken(place, 'cannot be read as JSON');
  }
};
function linesOf(bytes) {
  const lines = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(10, start);
    lines.push(bytes.subarray(start, end < 0 ? bytes.length : end));
    start = end < 0 ? bytes.length : end + 1;
  }
  return lines;
}

// ---- the checks

function checkFiles(folder, manifest, problems) {
  const own = ['manifest.json', 'SHA256SUMS', ...(manifest.signed ? ['manifest.json.sig'] : [])];
  const named = Object.keys(manifest.files);
  const expected = new Set([...own, ...named]);
  const present = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => !item.isDirectory())
    .map((item) => join(item.parentPath ?? item.path ?? folder, item.name).slice(join(folder, 'x').length - 1).replaceAll('\\', '/'));
  const content = new Map();
  for (const name of present) if (expected.has(name)) content.set(name, readFileSync(join(folder, name)));
  for (const name of [...expected].sort()) if (!content.has(name)) problems.push([`file ${name}`, 'is missing']);
  for (const name of present.sort()) if (!expected.has(name)) problems.push([`file ${name}`, 'does not belong to the record']);
  const sums = new Map([...content].map(([name, bytes]) => [name, sha256(bytes).toString('hex')]));
  for (const name of named.sort()) {
    if (sums.has(name) && sums.get(name) !== manifest.files[name]) problems.push([`file ${name}`, 'was changed (sha256 differs)']);
  }
  checkSums(content.get('SHA256SUMS') ?? Buffer.alloc(0), [...expected].filter((name) => name !== 'SHA256SUMS').sort(), sums, manifest, problems);
  return content;
}

function checkSums(bytes, names, sums, manifest, problems) {
  const lines = bytes.toString('latin1').split('\n');
  names.forEach((name, i) => {
    const line = lines[i] ?? '';
    if (!sums.has(name) || line === `${sums.get(name)}  ${name}`) return;
    if (!HEX.test(line.slice(0, 64)) || line.slice(64) !== `  ${name}` || sums.get(name) === manifest.files[name]) {
      problems.push(['file SHA256SUMS', `was changed (line ${i + 1})`]);
    } else if (!(name in manifest.files)) {
      problems.push([`file ${name}`, 'or its line in SHA256SUMS was changed']);
    }
  });
  if (lines.length !== names.length + 1 || lines[names.length] !== '') problems.push(['file SHA256SUMS', 'was changed (number of lines)']);
}

/** Chain, entries and tree. Collects what the entries commit to and declare. */
function walkEntries(bytes, manifest, checkpoints) {
  const lines = linesOf(bytes);
  const state = { leaves: [], slots: new Map(), erased: new Set(), upTo: { own: 0, third_party: 0, identity: 0 }, entriesUpTo: 0 };
  Object.assign(state, { stubs: [], keys: [], keyAt: [], notes: [], full: 0 });
  const tree = createTree();
  let prev = '0'.repeat(64);
  // a checkpoint waits for the link that follows it: that names the entry where the checkpoint only says "up to"
  let due = () => undefined;
  lines.forEach((line, i) => {
    const seq = i + 1;
    const place = `seq ${seq}`;
    const entry = parse(line, place);
    const isStub = 'stub' in entry;
    const exact = isStub ? line.toString() === `{"hash":"${entry.hash}","prev":"${entry.prev}","stub":${seq}}` : entry.seq === seq && entry.log === manifest.log;
    if (!exact || (isStub && !HEX.test(entry.hash))) throw new Broken(place, 'is not the entry that belongs here');
    const leaf = isStub ? Buffer.from(entry.hash, 'hex') : leafHash(line);
    if (entry.prev !== prev) throw new Broken(`seq ${guilty(lines, i, state.leaves, leaf, isStub, manifest)}`, 'was changed: the chain of hashes breaks here');
    due();
    prev = leaf.toString('hex');
    state.leaves.push(leaf);
    tree.append(leaf);
    if (isStub) state.stubs.push(seq);
    else learn(entry, seq, state);
    const checkpoint = checkpoints.get(seq);
    const at = checkpoint && [checkpoint, seq, tree.root(), manifest, state.keys[state.keys.length - 1]];
    due = () => at && checkCheckpoint(...at);
  });
  if (lines.length !== manifest.head.seq) throw new Broken(`seq ${Math.min(lines.length, manifest.head.seq) + 1}`, `the record has ${lines.length} entries, its manifest says ${manifest.head.seq}`);
  if (prev !== manifest.head.hash) throw new Broken(`seq ${lines.length}`, 'was changed: it is not the last entry that the manifest names');
  due();
  return state;
}

/** Where a link is broken, the entry before or the one after was changed: find out which. */
function guilty(lines, i, leaves, leaf, isStub, manifest) {
  if (isStub) {
    const all = [...leaves, ...lines.slice(i).map((line) => {
      try {
        const later = JSON.parse(line.toString());
        return 'stub' in later ? Buffer.from(String(later.hash), 'hex') : leafHash(line);
      } catch {
        return leafHash(line);
      }
    })];
    return rootOf(all).toString('hex') === manifest.checkpoint.root ? i + 1 : i;
  }
  const next = i + 1 < lines.length ? /"prev":"([0-9a-f]{64})"/.exec(lines[i + 1].toString('latin1'))?.[1] : manifest.head.hash;
  return next === leaf.toString('hex') ? i : i + 1;
}

function learn(entry, seq, state) {
  state.full += 1;
  for (const [slot, bound] of Object.entries(entry.content ?? {})) state.slots.set(`${seq} ${slot}`, bound);
  if (entry.type === 'erasure') entry.erases.forEach((item) => state.erased.add(`${item.seq} ${item.slot}`));
  if (entry.type === 'retention.prune') {
    state.entriesUpTo = Math.max(state.entriesUpTo, entry.entries_upto ?? 0);
    for (const cls of Object.keys(state.upTo)) state.upTo[cls] = Math.max(state.upTo[cls], entry.slots_upto?.[cls] ?? 0);
  }
  if (entry.type === 'log.restored') state.notes.push(`seq ${seq}: the log declares that it was restored or cut here (${entry.cause})`);
  if (entry.type === 'log.genesis' && entry.key) state.keys.push(entry.key.public);
  if (entry.type === 'key.rotate') changeKey(entry, seq, state);
}

function changeKey(entry, seq, state) {
  const old = state.keys[state.keys.length - 1];
  const statement = Buffer.from(`candor/ai-log/key.rotate/1\n${entry.log}\n${old ?? '-'}\n${entry.new.public}\n`);
  const valid = (key, signature) => ed25519(Buffer.from(key, 'base64'), statement, Buffer.from(signature, 'base64'));
  const vouched = old !== undefined && entry.sig_old !== undefined;
  if (entry.old?.public !== old || !valid(entry.new.public, entry.sig_new) || (vouched && !valid(old, entry.sig_old))) {
    throw new Broken(`seq ${seq}`, 'changes the key without the signatures that this needs');
  }
  if (old !== undefined && !vouched) {
    state.weak = true;
    state.notes.push(`seq ${seq}: the key was changed and the old key did not sign the change`);
  }
  state.keys.push(entry.new.public);
}

function checkCheckpoint(checkpoint, size, root, manifest, key) {
  const origin = `candor/ai-log/${manifest.log}`;
  const place = `checkpoint ${size}`;
  if (checkpoint.body !== `${origin}\n${size}\n${root.toString('base64')}\n`) throw new Broken(place, `an entry up to seq ${size} was changed: the root differs`);
  if (checkpoint.sshsig === '') {
    if (checkpoint.note !== checkpoint.body) throw new Broken(place, 'is half signed');
    return;
  }
  const raw = Buffer.from(key ?? '', 'base64');
  if (!sshVerify(raw, Buffer.from(checkpoint.body), checkpoint.sshsig)) throw new Broken(place, 'is not signed by the key of the log');
  if (!noteVerify(raw, origin, checkpoint.body, checkpoint.note)) throw new Broken(place, 'has a note that the key of the log did not sign');
}

function checkContent(bytes, state) {
  const seen = new Set();
  linesOf(bytes).forEach((line, i) => {
    const { seq, slot, salt, body } = parse(line, `file content.jsonl line ${i + 1}`);
    const bound = state.slots.get(`${seq} ${slot}`);
    if (!bound || seen.has(`${seq} ${slot}`)) throw new Broken(`seq ${seq}`, `has no commitment for the text "${slot}"`);
    const commit = HEX.test(salt) && typeof body === 'string' && createHmac('sha256', Buffer.from(salt, 'hex')).update(body, 'utf8').digest('hex');
    if (commit !== bound.commit) throw new Broken(`seq ${seq}`, `the text "${slot}" is not the one that was logged`);
    seen.add(`${seq} ${slot}`);
  });
  const counts = { texts: seen.size, erased: 0, not_stored: 0, withheld: 0 };
  for (const [key, bound] of state.slots) {
    if (seen.has(key)) continue;
    if (bound.kept === false) counts.not_stored += 1;
    else if (state.erased.has(key) || Number(key.split(' ')[0]) <= state.upTo[bound.cls]) counts.erased += 1;
    else counts.withheld += 1;
  }
  return counts;
}

function checkpointsOf(bytes) {
  const checkpoints = new Map();
  linesOf(bytes).forEach((line, i) => {
    const checkpoint = parse(line, `file checkpoints.jsonl line ${i + 1}`);
    if (typeof checkpoint.body !== 'string' || typeof checkpoint.note !== 'string' || typeof checkpoint.sshsig !== 'string') throw new Broken(`file checkpoints.jsonl line ${i + 1}`, 'is incomplete');
    checkpoints.set(checkpoint.size, checkpoint);
  });
  return checkpoints;
}

/** The single checkpoint files and the key files against what the log itself says. */
function checkCopies(text, manifest, checkpoints, state) {
  const last = checkpoints.get(manifest.head.seq);
  const same = (name, expected) => {
    if (text(name) !== expected) throw new Broken(`file ${name}`, 'is not what the log says');
  };
  if (!last) throw new Broken('file checkpoints.jsonl', `has no checkpoint of all ${manifest.head.seq} entries`);
  same('checkpoint.body', last.body);
  same('checkpoint.txt', last.note);
  if (manifest.checkpoint.root !== Buffer.from(last.body.split('\n')[2], 'base64').toString('hex')) throw new Broken('file manifest.json', 'names another root');
  if (manifest.signed !== (last.sshsig !== '')) throw new Broken('file manifest.json', 'misstates whether the record is signed');
  if (!manifest.signed) return;
  const keys = state.keys.map((key) => Buffer.from(key, 'base64')).reverse();
  same('checkpoint.body.sig', last.sshsig);
  same('pubkey.pem', pemOf(keys[0]));
  same('allowed_signers', keys.map(signerLine).join(''));
  if (!sshVerify(keys[0], Buffer.from(text('manifest.json'), 'utf8'), text('manifest.json.sig'))) throw new Broken('file manifest.json', 'or its signature was changed: the signature is not valid');
}

function checkCounts(manifest, state, contents) {
  const pruned = state.stubs.filter((seq) => seq <= state.entriesUpTo).length;
  const found = { total: state.leaves.length, full: state.full, stubs: state.stubs.length - pruned, pruned, ...contents };
  for (const [name, value] of Object.entries(found)) {
    if (manifest.counts[name] !== value) throw new Broken('file manifest.json', `says ${name} ${manifest.counts[name]}, the record has ${value}`);
  }
  return found;
}

function checkPrevious(folder, manifest, state) {
  const older = parse(readFileSync(join(folder, 'manifest.json')), 'file manifest.json of the previous record');
  if (older.log !== manifest.log) throw new Broken('file manifest.json', 'is of another log than the previous record');
  linesOf(readFileSync(join(folder, 'entries.jsonl'))).forEach((line, i) => {
    const entry = parse(line, `seq ${i + 1} of the previous record`);
    const leaf = 'stub' in entry ? entry.hash : leafHash(line).toString('hex');
    if (state.leaves[i] === undefined) throw new Broken(`seq ${i + 1}`, 'was in the previous record and is gone');
    if (state.leaves[i].toString('hex') !== leaf) throw new Broken(`seq ${i + 1}`, 'is another entry than in the previous record: the log was rewritten');
  });
  if (older.checkpoint.root !== rootOf(state.leaves.slice(0, older.head.seq)).toString('hex')) throw new Broken(`checkpoint ${older.head.seq}`, 'of the previous record does not fit this log');
}

function run(folder, previous) {
  const problems = [];
  const attempt = (work) => {
    try {
      return work();
    } catch (error) {
      problems.push(error instanceof Broken ? [error.place, error.message.slice(error.place.length + 2)] : ['record', `cannot be read: ${error.code ?? error.name}`]);
      return undefined;
    }
  };
  const manifest = attempt(() => {
    const value = parse(readFileSync(join(folder, 'manifest.json')), 'file manifest.json');
    const complete = value.format === FORMAT && typeof value.log === 'string' && value.files && value.head && value.checkpoint && value.counts;
    if (!complete) throw new Broken('file manifest.json', `is not a manifest of format ${FORMAT}`);
    return value;
  });
  if (!manifest) return { problems, notes: [] };
  const content = attempt(() => checkFiles(folder, manifest, problems)) ?? new Map();
  const bytes = (name) => content.get(name) ?? Buffer.alloc(0);
  const checkpoints = attempt(() => checkpointsOf(bytes('checkpoints.jsonl'))) ?? new Map();
  const state = attempt(() => walkEntries(bytes('entries.jsonl'), manifest, checkpoints));
  if (!state) return { problems, notes: [] };
  const contents = attempt(() => checkContent(bytes('content.jsonl'), state));
  attempt(() => checkCopies((name) => bytes(name).toString('utf8'), manifest, checkpoints, state));
  const found = contents && attempt(() => checkCounts(manifest, state, contents));
  if (previous) attempt(() => checkPrevious(previous, manifest, state));
  return { problems, notes: state.notes, found, weak: state.weak || !manifest.signed, signed: manifest.signed };
}

/** Exit code and lines for the arguments of the command line. */
export function verifyRecord(args) {
  const at = args.indexOf('--previous');
  const previous = at < 0 ? undefined : args[at + 1];
  const rest = args.filter((_, i) => at < 0 || (i !== at && i !== at + 1));
  const { problems, notes, found, weak, signed } = run(rest[0] ?? '.', previous);
  const order = (place) => (place.startsWith('seq ') ? 0 : place.startsWith('checkpoint ') ? 1 : 2);
  problems.sort((a, b) => order(a[0]) - order(b[0]));
  const lines = problems.map(([place, what]) => `BROKEN ${place}: ${what}`).concat(notes.map((note) => `NOTE ${note}`));
  if (problems.length > 0 || !found) return { code: 1, lines };
  lines.push(`OK ${found.total} entries: ${found.full} in full, ${found.stubs} withheld, ${found.pruned} removed by retention`);
  lines.push(`OK ${found.texts} texts: ${found.withheld} more withheld, ${found.erased} erased or removed by retention, ${found.not_stored} never stored`);
  lines.push(signed ? 'OK signed by the key of the log' : 'NOTE not signed: this shows that the record is consistent, not whose it is');
  return { code: weak || found.stubs > 0 || found.withheld > 0 ? 2 : 0, lines };
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { code, lines } = verifyRecord(process.argv.slice(2));
  lines.forEach((line) => console.log(line));
  process.exitCode = code;
}
