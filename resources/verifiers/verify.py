#!/usr/bin/env python3
"""Checks a Candor AI record: python3 verify.py [folder] [--previous older-folder]

Needs Python 3.8 or newer and nothing else. Exit: 0 in order, 1 broken, 2 in order but parts are withheld or unsigned.
Take this file from a place you trust (the releases of Candor), not only from the folder it is to check.
"""
import base64
import hashlib
import hmac
import json
import os
import re
import sys

FORMAT = "candor.ai-record/1"
NAMESPACE = b"ai-log@candor"
HEX = re.compile(r"[0-9a-f]{64}\Z")


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def leaf_hash(line):
    return sha256(b"\x00", line)


def node_hash(left, right):
    return sha256(b"\x01", left, right)


class Broken(Exception):
    def __init__(self, place, what):
        super().__init__(place, what)
        self.problem = (place, what)


# ---- Ed25519 (RFC 8032), verification only, in extended coordinates

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    return ((f - e) * (h - g) % P, (h + g) * (f + e) % P, (h - g) * (h + g) % P, (f - e) * (f + e) % P)


def times(number, point):
    result = (0, 1, 1, 0)
    while number > 0:
        if number & 1:
            result = add(result, point)
        point = add(point, point)
        number >>= 1
    return result


def point_of(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P != 0:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - x2) % P != 0 or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519(raw, message, signature):
    if len(raw) != 32 or len(signature) != 64:
        return False
    a, r, s = point_of(raw), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + raw + message).digest(), "little") % Q
    left, right = times(s, BASE), add(r, times(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# ---- keys and signatures


def unbase64(text):
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, TypeError):
        return b""


def text64(data):
    return base64.b64encode(data).decode()


def pem_of(raw):
    der = text64(bytes.fromhex("302a300506032b6570032100") + raw)
    return "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n" % der


def ssh_string(data):
    return len(data).to_bytes(4, "big") + data


def ssh_key(raw):
    return ssh_string(b"ssh-ed25519") + ssh_string(raw)


def signer_line(raw):
    return 'ai-log namespaces="%s" ssh-ed25519 %s\n' % (NAMESPACE.decode(), text64(ssh_key(raw)))


def ssh_verify(raw, message, armored):
    """Whether an SSH signature (PROTOCOL.sshsig) over the message is by this key."""
    match = re.match(r"-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n\Z", armored)
    if not match:
        return False
    blob = unbase64(match.group(1).replace("\n", ""))
    head = ssh_string(NAMESPACE) + ssh_string(b"") + ssh_string(b"sha512")
    expected = b"SSHSIG\x00\x00\x00\x01" + ssh_string(ssh_key(raw)) + head
    expected += b"\x00\x00\x00\x53" + ssh_string(b"ssh-ed25519") + b"\x00\x00\x00\x40"
    if len(blob) != len(expected) + 64 or not blob.startswith(expected):
        return False
    return ed25519(raw, b"SSHSIG" + head + ssh_string(hashlib.sha512(message).digest()), blob[len(expected) :])


def note_verify(raw, name, body, note):
    """Whether a C2SP signed note carries a signature line of this name and key."""
    if not note.startswith(body + "\n"):
        return False
    key_id = sha256(name.encode(), b"\n\x01", raw)[:4]
    for line in note[len(body) + 1 :].split("\n"):
        parts = line.split(" ")
        if len(parts) < 3 or parts[0] != "\u2014" or parts[1] != name:
            continue
        blob = unbase64(parts[2])
        if blob[:4] == key_id and ed25519(raw, body.encode(), blob[4:]):
            return True
    return False


# ---- Merkle tree (RFC 6962)


class Tree:
    def __init__(self, leaves=()):
        self.peaks, self.size = [], 0
        for leaf in leaves:
            self.append(leaf)

    def append(self, leaf):
        bits = self.size
        while bits % 2 == 1:
            leaf, bits = node_hash(self.peaks.pop(), leaf), bits // 2
        self.peaks.append(leaf)
        self.size += 1

    def root(self):
        if not self.peaks:
            return sha256()
        result = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            result = node_hash(peak, result)
        return result


# ---- reading


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def parse(data, place):
    try:
        value = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Broken(place, "cannot be read as JSON")
    return value


def lines_of(data):
    lines = data.split(b"\n")
    return lines[:-1] if lines[-1] == b"" else lines


def text_of(data):
    return data.decode("utf-8", "replace")


# ---- the checks


def check_files(folder, manifest, problems):
    named = sorted(manifest["files"])
    expected = set(named) | {"manifest.json", "SHA256SUMS"} | ({"manifest.json.sig"} if manifest["signed"] else set())
    present = []
    for base, _, names in os.walk(folder):
        present += [os.path.relpath(os.path.join(base, name), folder).replace(os.sep, "/") for name in names]
    content = {name: read(folder, name) for name in present if name in expected}
    problems += [("file " + name, "is missing") for name in sorted(expected) if name not in content]
    problems += [("file " + name, "does not belong to the record") for name in sorted(present) if name not in expected]
    sums = {name: sha256(data).hex() for name, data in content.items()}
    for name in named:
        if name in sums and sums[name] != manifest["files"][name]:
            problems.append(("file " + name, "was changed (sha256 differs)"))
    check_sums(content.get("SHA256SUMS", b""), sorted(expected - {"SHA256SUMS"}), sums, manifest, problems)
    return content


def check_sums(data, names, sums, manifest, problems):
    lines = data.decode("latin-1").split("\n")
    for i, name in enumerate(names):
        line = lines[i] if i < len(lines) else ""
        if name not in sums or line == sums[name] + "  " + name:
            continue
        if not HEX.match(line[:64]) or line[64:] != "  " + name or sums[name] == manifest["files"].get(name):
            problems.append(("file SHA256SUMS", "was changed (line %d)" % (i + 1)))
        elif name not in manifest["files"]:
            problems.append(("file " + name, "or its line in SHA256SUMS was changed"))
    if len(lines) != len(names) + 1 or lines[-1] != "":
        problems.append(("file SHA256SUMS", "was changed (number of lines)"))


class State:
    """What the entries commit to and declare."""

    def __init__(self):
        self.leaves, self.stubs, self.keys, self.notes = [], [], [], []
        self.slots, self.erased, self.full, self.weak = {}, set(), 0, False
        self.up_to = {"own": 0, "third_party": 0, "identity": 0}
        self.entries_up_to = 0


def walk_entries(data, manifest, checkpoints):
    """Chain, entries and tree."""
    lines, state, tree, prev = lines_of(data), State(), Tree(), "0" * 64
    head = manifest["head"]
    # a checkpoint waits for the link that follows it: that names the entry where the checkpoint only says "up to"
    due = None
    for i, line in enumerate(lines):
        seq, place = i + 1, "seq %d" % (i + 1)
        entry = parse(line, place)
        is_stub = "stub" in entry
        if is_stub:
            exact = text_of(line) == '{"hash":"%s","prev":"%s","stub":%d}' % (entry.get("hash"), entry.get("prev"), seq)
            exact = exact and HEX.match(str(entry.get("hash"))) is not None
        else:
            exact = entry.get("seq") == seq and entry.get("log") == manifest["log"]
        if not exact:
            raise Broken(place, "is not the entry that belongs here")
        leaf = bytes.fromhex(entry["hash"]) if is_stub else leaf_hash(line)
        if entry.get("prev") != prev:
            bad = guilty(lines, i, state.leaves, leaf, is_stub, manifest)
            raise Broken("seq %d" % bad, "was changed: the chain of hashes breaks here")
        if due:
            check_checkpoint(*due)
        prev = leaf.hex()
        state.leaves.append(leaf)
        tree.append(leaf)
        if is_stub:
            state.stubs.append(seq)
        else:
            learn(entry, seq, state)
        key = state.keys[-1] if state.keys else ""
        due = (checkpoints[seq], seq, tree.root(), manifest, key) if seq in checkpoints else None
    if len(lines) != head["seq"]:
        place = "seq %d" % (min(len(lines), head["seq"]) + 1)
        raise Broken(place, "the record has %d entries, its manifest says %d" % (len(lines), head["seq"]))
    if prev != head["hash"]:
        raise Broken("seq %d" % len(lines), "was changed: it is not the last entry that the manifest names")
    if due:
        check_checkpoint(*due)
    return state


def guilty(lines, i, leaves, leaf, is_stub, manifest):
    """Where a link is broken, the entry before or the one after was changed: find out which."""
    if is_stub:
        later = []
        for line in lines[i:]:
            try:
                entry = json.loads(line.decode("utf-8"))
                later.append(bytes.fromhex(entry["hash"]) if "stub" in entry else leaf_hash(line))
            except (ValueError, KeyError, TypeError):
                later.append(leaf_hash(line))
        return i + 1 if Tree(leaves + later).root().hex() == manifest["checkpoint"]["root"] else i
    if i + 1 < len(lines):
        match = re.search(rb'"prev":"([0-9a-f]{64})"', lines[i + 1])
        following = match.group(1).decode() if match else None
    else:
        following = manifest["head"]["hash"]
    return i if following == leaf.hex() else i + 1


def learn(entry, seq, state):
    state.full += 1
    for slot, bound in entry.get("content", {}).items():
        state.slots[(seq, slot)] = bound
    kind = entry.get("type")
    if kind == "erasure":
        state.erased.update((item["seq"], item["slot"]) for item in entry["erases"])
    if kind == "retention.prune":
        state.entries_up_to = max(state.entries_up_to, entry.get("entries_upto", 0))
        for cls in state.up_to:
            state.up_to[cls] = max(state.up_to[cls], entry.get("slots_upto", {}).get(cls, 0))
    if kind == "log.restored":
        state.notes.append("seq %d: the log declares that it was restored or cut here (%s)" % (seq, entry.get("cause")))
    if kind == "log.genesis" and "key" in entry:
        state.keys.append(entry["key"]["public"])
    if kind == "key.rotate":
        change_key(entry, seq, state)


def change_key(entry, seq, state):
    old = state.keys[-1] if state.keys else None
    new = entry["new"]["public"]
    statement = "candor/ai-log/key.rotate/1\n%s\n%s\n%s\n" % (entry["log"], "-" if old is None else old, new)

    def valid(key, signature):
        return ed25519(unbase64(key), statement.encode(), unbase64(signature))

    vouched = old is not None and "sig_old" in entry
    named = entry["old"]["public"] if "old" in entry else None
    if named != old or not valid(new, entry["sig_new"]) or (vouched and not valid(old, entry["sig_old"])):
        raise Broken("seq %d" % seq, "changes the key without the signatures that this needs")
    if old is not None and not vouched:
        state.weak = True
        state.notes.append("seq %d: the key was changed and the old key did not sign the change" % seq)
    state.keys.append(new)


def check_checkpoint(checkpoint, size, root, manifest, key):
    origin, place = "candor/ai-log/" + manifest["log"], "checkpoint %d" % size
    body, note = checkpoint["body"], checkpoint["note"]
    if body != "%s\n%d\n%s\n" % (origin, size, text64(root)):
        raise Broken(place, "an entry up to seq %d was changed: the root differs" % size)
    if checkpoint["sshsig"] == "":
        if note != body:
            raise Broken(place, "is half signed")
        return
    raw = unbase64(key)
    if not ssh_verify(raw, body.encode(), checkpoint["sshsig"]):
        raise Broken(place, "is not signed by the key of the log")
    if not note_verify(raw, origin, body, note):
        raise Broken(place, "has a note that the key of the log did not sign")


def check_content(data, state):
    seen = set()
    for i, line in enumerate(lines_of(data)):
        entry = parse(line, "file content.jsonl line %d" % (i + 1))
        seq, slot, salt, body = (entry.get(name) for name in ("seq", "slot", "salt", "body"))
        bound = state.slots.get((seq, slot))
        if bound is None or (seq, slot) in seen:
            raise Broken("seq %s" % seq, 'has no commitment for the text "%s"' % slot)
        commit = None
        if isinstance(salt, str) and HEX.match(salt) and isinstance(body, str):
            commit = hmac.new(bytes.fromhex(salt), body.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
        if commit != bound["commit"]:
            raise Broken("seq %s" % seq, 'the text "%s" is not the one that was logged' % slot)
        seen.add((seq, slot))
    counts = {"texts": len(seen), "erased": 0, "not_stored": 0, "withheld": 0}
    for (seq, slot), bound in state.slots.items():
        if (seq, slot) in seen:
            continue
        if bound.get("kept") is False:
            counts["not_stored"] += 1
        elif (seq, slot) in state.erased or seq <= state.up_to[bound["cls"]]:
            counts["erased"] += 1
        else:
            counts["withheld"] += 1
    return counts


def checkpoints_of(data):
    checkpoints = {}
    for i, line in enumerate(lines_of(data)):
        place = "file checkpoints.jsonl line %d" % (i + 1)
        checkpoint = parse(line, place)
        if not all(isinstance(checkpoint.get(name), str) for name in ("body", "note", "sshsig")):
            raise Broken(place, "is incomplete")
        checkpoints[checkpoint.get("size")] = checkpoint
    return checkpoints


def check_copies(text, manifest, checkpoints, state):
    """The single checkpoint files and the key files against what the log itself says."""

    def same(name, expected):
        if text(name) != expected:
            raise Broken("file " + name, "is not what the log says")

    last = checkpoints.get(manifest["head"]["seq"])
    if last is None:
        raise Broken("file checkpoints.jsonl", "has no checkpoint of all %d entries" % manifest["head"]["seq"])
    same("checkpoint.body", last["body"])
    same("checkpoint.txt", last["note"])
    if manifest["checkpoint"]["root"] != unbase64(last["body"].split("\n")[2]).hex():
        raise Broken("file manifest.json", "names another root")
    if manifest["signed"] != (last["sshsig"] != ""):
        raise Broken("file manifest.json", "misstates whether the record is signed")
    if not manifest["signed"]:
        return
    keys = [unbase64(key) for key in reversed(state.keys)]
    same("checkpoint.body.sig", last["sshsig"])
    same("pubkey.pem", pem_of(keys[0]))
    same("allowed_signers", "".join(signer_line(key) for key in keys))
    if not ssh_verify(keys[0], text("manifest.json").encode(), text("manifest.json.sig")):
        raise Broken("file manifest.json", "or its signature was changed: the signature is not valid")


def check_counts(manifest, state, contents):
    pruned = sum(1 for seq in state.stubs if seq <= state.entries_up_to)
    found = {"total": len(state.leaves), "full": state.full, "stubs": len(state.stubs) - pruned, "pruned": pruned}
    found.update(contents)
    for name, value in found.items():
        if manifest["counts"].get(name) != value:
            raise Broken("file manifest.json", "says %s %s, the record has %d" % (name, manifest["counts"].get(name), value))
    return found


def check_previous(folder, manifest, state):
    older = parse(read(folder, "manifest.json"), "file manifest.json of the previous record")
    if older["log"] != manifest["log"]:
        raise Broken("file manifest.json", "is of another log than the previous record")
    for i, line in enumerate(lines_of(read(folder, "entries.jsonl"))):
        place = "seq %d" % (i + 1)
        entry = parse(line, place + " of the previous record")
        leaf = entry["hash"] if "stub" in entry else leaf_hash(line).hex()
        if i >= len(state.leaves):
            raise Broken(place, "was in the previous record and is gone")
        if state.leaves[i].hex() != leaf:
            raise Broken(place, "is another entry than in the previous record: the log was rewritten")
    if older["checkpoint"]["root"] != Tree(state.leaves[: older["head"]["seq"]]).root().hex():
        raise Broken("checkpoint %d" % older["head"]["seq"], "of the previous record does not fit this log")


def run(folder, previous):
    problems = []

    def attempt(work):
        try:
            return work()
        except Broken as error:
            problems.append(error.problem)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            problems.append(("record", "cannot be read: %s" % type(error).__name__))
        return None

    def read_manifest():
        value = parse(read(folder, "manifest.json"), "file manifest.json")
        complete = value.get("format") == FORMAT and isinstance(value.get("log"), str)
        if not complete or not all(value.get(name) for name in ("files", "head", "checkpoint", "counts")):
            raise Broken("file manifest.json", "is not a manifest of format " + FORMAT)
        return value

    manifest = attempt(read_manifest)
    if manifest is None:
        return problems, [], None, False, False
    content = attempt(lambda: check_files(folder, manifest, problems)) or {}
    checkpoints = attempt(lambda: checkpoints_of(content.get("checkpoints.jsonl", b""))) or {}
    state = attempt(lambda: walk_entries(content.get("entries.jsonl", b""), manifest, checkpoints))
    if state is None:
        return problems, [], None, False, False
    contents = attempt(lambda: check_content(content.get("content.jsonl", b""), state))
    attempt(lambda: check_copies(lambda name: text_of(content.get(name, b"")), manifest, checkpoints, state))
    found = attempt(lambda: check_counts(manifest, state, contents)) if contents else None
    if previous:
        attempt(lambda: check_previous(previous, manifest, state))
    return problems, state.notes, found, state.weak or not manifest["signed"], manifest["signed"]


def verify_record(args):
    """Exit code and lines for the arguments of the command line."""
    previous = None
    if "--previous" in args:
        at = args.index("--previous")
        previous = args[at + 1] if at + 1 < len(args) else None
        args = args[:at] + args[at + 2 :]
    problems, notes, found, weak, signed = run(args[0] if args else ".", previous)
    problems.sort(key=lambda problem: 0 if problem[0].startswith("seq ") else 1 if problem[0].startswith("checkpoint ") else 2)
    lines = ["BROKEN %s: %s" % problem for problem in problems] + ["NOTE " + note for note in notes]
    if problems or found is None:
        return 1, lines
    lines.append("OK %(total)d entries: %(full)d in full, %(stubs)d withheld, %(pruned)d removed by retention" % found)
    lines.append("OK %(texts)d texts: %(withheld)d more withheld, %(erased)d erased or removed by retention, %(not_stored)d never stored" % found)
    lines.append("OK signed by the key of the log" if signed else "NOTE not signed: this shows that the record is consistent, not whose it is")
    return (2 if weak or found["stubs"] > 0 or found["withheld"] > 0 else 0), lines


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    code, output = verify_record(sys.argv[1:])
    for output_line in output:
        print(output_line)
    sys.exit(code)
