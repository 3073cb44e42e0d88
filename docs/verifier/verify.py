#!/usr/bin/env python3
"""Second, independent verifier of Countersign export bundles, audit files, checkpoints and history vectors.

One file, Python standard library only, written from docs/spec/history.md and not from the TypeScript. It shares no
code with the product, so that a mistake in one of the two shows as a difference between them.

  verify.py --key VKEY [--workspace ID] [--witness-policy FILE] [--json] FILE...   exit 0: all good; 1: a bundle is not; 2: wrong usage
  verify.py --key VKEY --from OLD --to NEW --proof FILE      whether the newer checkpoint's log begins with the older one's
  verify.py --vectors FILE                                   runs a history vector file; exit 1 on a failure

Ed25519 is computed on plain integers: slow, and fine for signatures, which hold no secrets.
"""

import argparse
import base64
import binascii
import hashlib
import json
import math
import re
import struct
import sys
from datetime import datetime, timedelta

# --- canonical JSON (RFC 8785) ----------------------------------------------------------------------------------------

MAX_NESTING = 64
ESCAPES = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
ESCAPES.update({code: "\\u%04x" % code for code in range(32) if code not in ESCAPES})


class NotCanonical(Exception):
    """Bytes that are not the canonical form of a JSON value."""


def canonical_number(value):
    """A double as ECMAScript writes it: shortest digits, exponent form from 1e21 and below 1e-6."""
    if not math.isfinite(value):
        raise NotCanonical("a number is not finite")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # `point` is where the decimal point stands, counted from the first significant digit.
    point = len(whole) + int(exponent or "0") - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    power = point - 1
    tail = ("e+" if power >= 0 else "e-") + str(abs(power))
    return sign + digits[0] + ("." + digits[1:] if count > 1 else "") + tail


def canonical_text(text):
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical("a text holds a lone surrogate") from None
    return '"' + text.translate(ESCAPES) + '"'


def canonical(value):
    """Canonical JSON text of a parsed value."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return canonical_text(value)
    if isinstance(value, (int, float)):
        return canonical_number(float(value))
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(canonical_text(key) + ":" + canonical(value[key]) for key in keys) + "}"


def canonical_bytes(value):
    return canonical(value).encode("utf-8")


def refuse_constant(name):
    raise ValueError(name + " is not JSON")


def parse_json(text, record=None):
    return json.loads(text, parse_int=float, parse_constant=refuse_constant, object_pairs_hook=record)


def require_shallow(data):
    depth, in_text, skip = 0, False, False
    for byte in data:
        if skip:
            skip = False
        elif in_text:
            skip = byte == 92
            in_text = byte != 34
        elif byte == 34:
            in_text = True
        elif byte in (91, 123):
            depth += 1
            if depth > MAX_NESTING:
                raise NotCanonical("it is nested too deep")
        elif byte in (93, 125):
            depth -= 1


def parse_canonical(data):
    """The value of canonical bytes; NotCanonical for any others."""
    require_shallow(data)
    try:
        value = parse_json(data.decode("utf-8"))
    except (ValueError, OverflowError) as cause:
        raise NotCanonical(str(cause)) from None
    if canonical_bytes(value) != data:
        raise NotCanonical("the bytes differ from the canonical form of the value they hold")
    return value


# --- encodings and hashes ---------------------------------------------------------------------------------------------


def from_base64(text):
    """Standard, padded, canonical base64 only; ValueError otherwise."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as cause:
        raise ValueError("not base64") from cause
    if base64.b64encode(data).decode("ascii") != text:
        raise ValueError("not canonical base64")
    return data


def is_base64(text, length):
    try:
        return isinstance(text, str) and len(from_base64(text)) == length
    except ValueError:
        return False


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(data):
    return sha256(b"\x00" + data)


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


def tree_root(hashes):
    """RFC 6962 root over leaf hashes, by the recursive definition."""
    if not hashes:
        return sha256(b"")
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(tree_root(hashes[:split]), tree_root(hashes[split:]))


def are_whole(*values):
    return all(isinstance(value, int) for value in values)


def verify_inclusion(index, size, leaf, proof, root):
    if not are_whole(index, size) or not 0 <= index < size or any(len(item) != 32 for item in [leaf, root, *proof]):
        return False
    last, computed = size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if index & 1 or index == last:
            computed = node_hash(sibling, computed)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        index, last = index >> 1, last >> 1
    return last == 0 and computed == root


def verify_consistency(size1, size2, root1, root2, proof):
    if not are_whole(size1, size2) or not 0 < size1 <= size2 or any(len(item) != 32 for item in [root1, root2, *proof]):
        return False
    if size1 == size2:
        return not proof and root1 == root2
    if not proof:
        return False
    path = [root1, *proof] if size1 & (size1 - 1) == 0 else list(proof)
    at, last = size1 - 1, size2 - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and old == root1 and new == root2


# --- Ed25519 by the strict rule (RFC 8032, cofactorless, canonical encodings) ----------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def point_add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_multiply(scalar, point):
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = point_add(total, point)
        point = point_add(point, point)
        scalar >>= 1
    return total


def decode_point(data):
    """A point in extended coordinates, or None when the encoding is not canonical or off the curve."""
    encoded = int.from_bytes(data, "little")
    sign, y = encoded >> 255, encoded & (2**255 - 1)
    if len(data) != 32 or y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * SQRT_M1 % P
        if (v * x * x - u) % P:
            return None
    if x == 0 and sign:
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def encode_point(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def is_identity(point):
    return point[0] % P == 0 and (point[1] - point[2]) % P == 0


BASE = decode_point(bytes([0x58] + [0x66] * 31))


def has_small_order(data):
    """Whether 32 bytes are a point of small order; False for what is no point."""
    point = decode_point(data)
    return point is not None and is_identity(point_multiply(8, point))


def ed25519_verify(public, message, signature):
    if len(public) != 32 or len(signature) != 64 or has_small_order(public) or has_small_order(signature[:32]):
        return False
    a, s = decode_point(public), int.from_bytes(signature[32:], "little")
    if a is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    minus_a = (P - a[0], a[1], a[2], P - a[3])
    return encode_point(point_add(point_multiply(s, BASE), point_multiply(k, minus_a))) == signature[:32]


def ed25519_sign(seed, message):
    """Public key and signature; only the vectors sign here."""
    digest = hashlib.sha512(seed).digest()
    secret = int.from_bytes(digest[:32], "little") & (2**254 - 8) | 2**254
    public = encode_point(point_multiply(secret, BASE))
    r = int.from_bytes(hashlib.sha512(digest[32:] + message).digest(), "little") % L
    big_r = encode_point(point_multiply(r, BASE))
    k = int.from_bytes(hashlib.sha512(big_r + public + message).digest(), "little") % L
    return public, big_r + ((r + k * secret) % L).to_bytes(32, "little")


def is_acceptable_key(public):
    point = decode_point(public)
    return point is not None and not is_identity(point) and is_identity(point_multiply(L, point))


# --- signed notes and checkpoints ------------------------------------------------------------------------------------

SPACES = "\t\n\v\f\r \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


class NoteError(Exception):
    """A note, key or checkpoint that cannot be used."""


def is_key_name(name):
    bad = any(c in SPACES or c == "+" or ord(c) < 32 or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000 for c in name)
    return name != "" and not bad


def parse_vkey(text):
    """(name, key id, type, key) of a verification key."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    if not is_key_name(name) or not re.fullmatch("[0-9a-f]{8}", key_id):
        raise NoteError("not a verification key")
    try:
        typed = from_base64(encoded)
    except ValueError as cause:
        raise NoteError(str(cause)) from None
    if len(typed) != 33 or typed[0] not in (1, 4):
        raise NoteError("not an Ed25519 key")
    if sha256(name.encode("utf-8") + b"\n" + typed)[:4].hex() != key_id:
        raise NoteError("the key id does not match")
    return name, key_id, typed[0], typed[1:]


def parse_note(data):
    """Text and signature lines (name, key id, signature) of a note."""
    if len(data) > 1_000_000:
        raise NoteError("too long")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as cause:
        raise NoteError(str(cause)) from None
    if any(ord(c) < 32 and c != "\n" for c in text):
        raise NoteError("control character")
    split = text.rfind("\n\n")
    block = text[split + 2 :]
    if split < 0 or not block.endswith("\n"):
        raise NoteError("no signature block")
    lines = block[:-1].split("\n")
    if len(lines) > 100:
        raise NoteError("too many signatures")
    signatures = []
    for line in lines:
        name, _, encoded = line[2:].partition(" ")
        try:
            raw = from_base64(encoded)
        except ValueError as cause:
            raise NoteError(str(cause)) from None
        if not line.startswith("\u2014 ") or not is_key_name(name) or len(raw) < 5:
            raise NoteError("malformed signature line")
        signatures.append((name, raw[:4].hex(), raw[4:]))
    return text[: split + 1], signatures


def verify_note_signature(key, text, signature):
    if key[2] == 1:
        return ed25519_verify(key[3], text, signature)
    if len(signature) != 72:
        return False
    seconds = struct.unpack(">Q", signature[:8])[0]
    return ed25519_verify(key[3], b"cosignature/v1\ntime %d\n" % seconds + text, signature[8:])


def open_note(data, vkeys):
    """Text, names of good known signatures and names of unknown ones."""
    text, signatures = parse_note(data)
    known, unknown, seen = [], [], set()
    for name, key_id, signature in signatures:
        keys = [key for key in vkeys if key[:2] == (name, key_id)]
        if len(keys) > 1:
            raise NoteError("ambiguous key")
        place = (name, key_id) if keys else (name, key_id, signature)
        if place in seen:
            continue
        seen.add(place)
        if not keys:
            unknown.append(name)
        elif verify_note_signature(keys[0], text.encode("utf-8"), signature):
            known.append(name)
        else:
            raise NoteError("bad signature")
    if not known:
        raise NoteError("no known signature")
    return text, known, unknown


def parse_checkpoint(text):
    """(origin, size, root) of a checkpoint text."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] != "" or lines[0] == "":
        raise NoteError("not three lines")
    if not re.fullmatch("0|[1-9][0-9]{0,19}", lines[1]) or int(lines[1]) >= 2**64:
        raise NoteError("bad size")
    if not is_base64(lines[2], 32):
        raise NoteError("bad root")
    return lines[0], int(lines[1]), from_base64(lines[2])


# --- witnesses --------------------------------------------------------------------------------------------------------


class PolicyError(Exception):
    """A text that is not a C2SP tlog-policy."""


def policy_key(text, kind):
    try:
        key = parse_vkey(text)
    except NoteError as cause:
        raise PolicyError(str(cause)) from None
    if key[2] != kind:
        raise PolicyError("a key of the wrong type")
    return key


def parse_policy(text):
    """Logs, witnesses (name, key), groups (name, threshold, members) and quorum of a policy."""
    if not text.endswith("\n") or any(ord(c) < 32 and c not in "\t\n" or ord(c) == 127 for c in text):
        raise PolicyError("no newline at the end, or a control character")
    logs, witnesses, groups, names, members, quorum = [], [], [], set(), set(), []

    def define(name):
        if name == "none" or name in names:
            raise PolicyError("a name twice, or none")
        names.add(name)

    for line in text[:-1].split("\n"):
        items = [item for item in re.split("[ \t]+", line) if item]
        if not items or items[0].startswith("#"):
            continue
        word, rest = items[0], items[1:]
        if word == "log" and 1 <= len(rest) <= 2:
            key = policy_key(rest[0], 1)
            if any(other[3] == key[3] for other in logs):
                raise PolicyError("a log twice")
            logs.append(key)
        elif word == "witness" and 2 <= len(rest) <= 3:
            define(rest[0])
            key = policy_key(rest[1], 4)
            if any(other[3] == key[3] for _, other in witnesses):
                raise PolicyError("a witness twice")
            witnesses.append((rest[0], key))
        elif word == "group" and len(rest) >= 3:
            for member in rest[2:]:
                if member not in names or member in members:
                    raise PolicyError("a member that is not defined, or is one already")
                members.add(member)
            count_of = {"all": len(rest) - 2, "any": 1}
            plain = re.fullmatch("[1-9][0-9]{0,3}", rest[1])
            threshold = count_of.get(rest[1], int(rest[1]) if plain else 0)
            if not 1 <= threshold <= len(rest) - 2:
                raise PolicyError("a threshold that cannot be")
            define(rest[0])
            groups.append((rest[0], threshold, rest[2:]))
        elif word == "quorum" and len(rest) == 1:
            if quorum or (rest[0] != "none" and rest[0] not in names):
                raise PolicyError("a second quorum, or of an unknown name")
            quorum.append(rest[0])
        else:
            raise PolicyError("an unknown line")
        if max(len(logs), len(witnesses), len(groups)) > 64:
            raise PolicyError("too many lines")
    if not quorum:
        raise PolicyError("no quorum")
    return {"logs": logs, "witnesses": witnesses, "groups": groups, "quorum": quorum[0]}


def policy_met(policy, key, signed):
    """Whether the log is one of the policy's and the signing keys make its quorum."""
    if policy["logs"] and not any(log[:2] == key[:2] for log in policy["logs"]):
        return False
    has = {name for name, witness in policy["witnesses"] if witness[:2] in signed}
    for name, threshold, members in policy["groups"]:
        if len(has & set(members)) >= threshold:
            has.add(name)
    return policy["quorum"] == "none" or policy["quorum"] in has


def open_cosigned(note, key, policies):
    """Text of a checkpoint in its one cosigned form, and whether every policy is met."""
    witnesses = {}
    for policy in policies:
        for _, witness in policy["witnesses"]:
            witnesses.setdefault(witness[:2], witness)
    expected = [key[:2], *witnesses]
    lines = [signature[:2] for signature in parse_note(note)[1]]
    if lines[0] != expected[0]:
        raise NoteError("the first signature is not the log's")
    places = [expected.index(line) if line in expected else -1 for line in lines]
    if places != sorted(set(places)):
        raise NoteError("a signature is unknown, repeated or out of order")
    text = open_note(note, [key, *witnesses.values()])[0]
    return text, all(policy_met(policy, key, set(lines)) for policy in policies)


# --- shapes -----------------------------------------------------------------------------------------------------------

KINDS = (
    "edit create import fold choose submit requestChanges withdraw approve execute amend renew terminate export receipt "
    "read erase restore role key schema park facts logKey breakGlass"
).split()


def pattern(expression):
    return lambda value: isinstance(value, str) and re.fullmatch(expression, value) is not None


def text_of(low, high):
    return lambda value: isinstance(value, str) and low <= len(value.encode("utf-16-le", "surrogatepass")) // 2 <= high


def count(value):
    """A JSON integer that is exact as a double and not negative."""
    return isinstance(value, float) and value.is_integer() and 0 <= value <= 2**53 - 1


def list_of(check):
    return lambda value: isinstance(value, list) and all(check(item) for item in value)


def record(**members):
    return lambda value: isinstance(value, dict) and set(value) == set(members) and all(
        check(value[name]) for name, check in members.items()
    )


def record_with_optional(optional, **members):
    def check(value):
        if not isinstance(value, dict) or not set(members) <= set(value) <= set(members) | set(optional):
            return False
        return all({**members, **optional}[name](item) for name, item in value.items())

    return check


def anything(_):
    return True


IDENTIFIER = pattern(r"[A-Za-z0-9][A-Za-z0-9._~:@/$-]{0,127}")
HASH = pattern("[0-9a-f]{64}")
HASH_OR_EMPTY = pattern("([0-9a-f]{64})?")
WHOLE = pattern("0|[1-9][0-9]{0,14}")
INSTANT = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
TEXT = text_of(0, 4096)
VERSION = {"versionId": IDENTIFIER, "contentHash": HASH}

ENTRY_MEMBERS = record(
    v=lambda value: value == "1",
    ws=IDENTIFIER,
    doc=IDENTIFIER,
    kind=lambda value: value in KINDS,
    user=IDENTIFIER,
    dev=IDENTIFIER,
    epoch=IDENTIFIER,
    seq=WHOLE,
    prevDev=HASH_OR_EMPTY,
    seenSize=WHOLE,
    seenRoot=HASH_OR_EMPTY,
    payHash=HASH,
    payLen=WHOLE,
    nonce=pattern("[0-9a-f]{32}"),
    devTime=INSTANT,
)


def is_entry(value):
    if not ENTRY_MEMBERS(value):
        return False
    starts = (value["seq"] == "0") == (value["prevDev"] == "")
    return starts and (value["seenRoot"] != "" or value["seenSize"] == "0")


IS_LEAF = record(
    entry=is_entry,
    sig=lambda value: is_base64(value, 64),
    env=record(index=WHOLE, serverTime=INSTANT, prevDoc=HASH_OR_EMPTY, policyHash=HASH),
)


def is_hash_text(value):
    return is_base64(value, 32)


def is_proof(value):
    return list_of(is_hash_text)(value) and len(value) <= 63


def is_payload(value):
    return value is None or record(part0=anything, rest=list_of(is_hash_text))(value)


def is_filled(check):
    return lambda value: check(value) and len(value) > 0


def is_text(value):
    return isinstance(value, str)


IS_KEY_CHANGE = record(
    leaf=is_text, payload=is_text, proof=lambda value: list_of(is_text)(value) and len(value) <= 63, checkpoint=is_text
)
KEY_CHANGES = {"keyChanges": lambda value: list_of(IS_KEY_CHANGE)(value) and 1 <= len(value) <= 64}

IS_BUNDLE = record_with_optional(
    KEY_CHANGES,
    format=lambda value: value == "countersign.bundle/1",
    workspace=IDENTIFIER,
    origin=lambda value: isinstance(value, str) and value != "",
    vkey=lambda value: isinstance(value, str) and value != "",
    versionId=IDENTIFIER,
    content=anything,
    contentHash=HASH,
    policy=anything,
    policyHash=HASH,
    checkpoint=lambda value: isinstance(value, str),
    leaves=is_filled(list_of(record(index=WHOLE, leaf=IS_LEAF, payload=is_payload, proof=is_proof))),
)

SHEET_PART = record(sheet=IDENTIFIER, part=lambda value: count(value) and value >= 1)


def text_or_null(value):
    return value is None or isinstance(value, str)


IS_COMMAND = record(
    id=pattern(r"[A-Za-z0-9_-][A-Za-z0-9._~:@/$-]{0,127}"),
    sheet=IDENTIFIER,
    rowId=IDENTIFIER,
    field=pattern(r"[A-Za-z0-9$_][A-Za-z0-9$_.:-]{0,127}"),
    to=text_or_null,
    seen=WHOLE,
    **{"from": text_or_null},
)

IS_PART0 = {
    "create": record_with_optional(
        {"workspaceKey": TEXT},
        versionId=IDENTIFIER,
        contractId=IDENTIFIER,
        kind=TEXT,
        title=TEXT,
        number=TEXT,
        sequence=count,
        baseVersionId=lambda value: value is None or IDENTIFIER(value),
        sheets=list_of(SHEET_PART),
    ),
    "import": record(
        draftId=IDENTIFIER,
        fileHash=HASH,
        fileName=TEXT,
        rows=count,
        sheets=list_of(SHEET_PART),
        commands=list_of(IS_COMMAND),
        by=IDENTIFIER,
    ),
    "submit": record(**VERSION, authors=list_of(IDENTIFIER), changes=anything),
    "approve": record(**VERSION, logIndex=WHOLE, policyHash=HASH, decision=lambda value: value == "APPROVE"),
    "execute": record(**VERSION),
    "export": record(**VERSION, target=TEXT, idempotencyKey=text_of(1, 4096)),
    "key": record_with_optional(
        {"role": IDENTIFIER, "by": IDENTIFIER},
        action=lambda value: value in ("enrol", "revoke"),
        userId=IDENTIFIER,
        deviceId=IDENTIFIER,
        publicKey=is_hash_text,
    ),
}
NEED_PAYLOAD = set(IS_PART0)
IS_PART0["edit"] = record_with_optional(
    {"fold": WHOLE}, draftId=IDENTIFIER, commands=list_of(IS_COMMAND), updates=list_of(SHEET_PART)
)
ASKED = {"asked": WHOLE}
IS_BREAK_GLASS = {
    "ask": record(
        action=is_text,
        userId=IDENTIFIER,
        role=lambda value: value in ("approver", "exporter", "admin"),
        minutes=lambda value: count(value) and 1 <= value <= 60,
    ),
    "agree": record(action=is_text, askedHash=HASH, **ASKED),
    "end": record(action=is_text, **ASKED),
}
AFTER_SUBMIT = {"approve", "execute", "export", "receipt", "amend", "renew", "terminate", "read", "erase"}

# --- bundles ----------------------------------------------------------------------------------------------------------


class Refused(Exception):
    """A bundle that fails: the code of the broken promise and a sentence."""

    def __init__(self, code, text):
        super().__init__(text + " (log index %s, %s)" % PLACE[0] if PLACE else text)
        self.code = code


# The entry that is being looked at, for the sentence of a refusal.
PLACE = []


def each(items):
    for item in items:
        PLACE[:] = [(item["index"], entry_of(item)["kind"])]
        yield item
    PLACE.clear()


def require(condition, code, text):
    if not condition:
        raise Refused(code, text)


def entry_of(item):
    return item["leaf"]["entry"]


def leaf_hash_of(item):
    return leaf_hash(canonical_bytes(item["leaf"]))


def varuint(value):
    data = bytearray()
    while value >= 128:
        data.append(value & 127 | 128)
        value >>= 7
    data.append(value)
    return bytes(data)


def varuint_length(value):
    return len(varuint(value))


def read_bundle(data, shape):
    require(data[-1:] == b"\n", "notCanonical", "the file does not end with one newline")
    try:
        bundle = parse_canonical(data[:-1])
    except NotCanonical as cause:
        raise Refused("notCanonical", str(cause)) from None
    require(shape(bundle), "format", "the file has not the members of a bundle")
    return bundle


def usable_key(bundle, pinned, workspace):
    """The key that the file is signed with: the pinned one, or the one that proved changes lead to from it."""
    require(workspace in (None, bundle["workspace"]), "workspace", "another workspace")
    key = log_key(pinned, bundle["origin"])
    if "keyChanges" in bundle:
        key = follow_key_changes(bundle, pinned)
    require(bundle["vkey"] == vkey_text(key), "key", "another workspace key")
    return key


def log_key(text, origin):
    try:
        key = parse_vkey(text)
    except NoteError as cause:
        raise Refused("key", str(cause)) from None
    usable = key[2] == 1 and is_acceptable_key(key[3])
    require(usable and key[0] == origin, "key", "the key is not the key of this log")
    return key


def vkey_text(key):
    return "%s+%s+%s" % (key[0], key[1], base64.b64encode(bytes([key[2]]) + key[3]).decode("ascii"))


IS_LOG_KEY = record(vkey=text_of(1, 4096), previous=text_of(1, 4096), reason=text_of(1, 4096))


def stated_change(change):
    """Leaf, its hash and part 0 of a key change; nothing is proved yet."""
    try:
        data, payload = from_base64(change["leaf"]), from_base64(change["payload"])
        leaf = parse_canonical(data)
        require(IS_LEAF(leaf), "key", "the leaf of a change is none")
        entry = leaf["entry"]
        head = 1 + next(length for length in range(1, 10) if len(payload) < 2 or payload[length] < 128)
        part0 = payload[head:]
        form = payload == b"\x01" + varuint(len(part0)) + part0
        signed = leaf_hash(part0).hex() == entry["payHash"] and entry["payLen"] == str(len(payload))
        require(form and signed, "key", "the payload of a change is not the one that was signed")
        require(entry["kind"] == "logKey" and entry["doc"] == "workspace", "key", "the leaf changes no key")
        said = parse_canonical(part0)
        require(IS_LOG_KEY(said), "key", "part 0 has not the form of logKey")
        return leaf, leaf_hash(data), said
    except (ValueError, IndexError, StopIteration, NotCanonical) as cause:
        raise Refused("key", "a change cannot be read: " + str(cause)) from None


def follow_key_changes(bundle, pinned):
    """The key in force: every change is signed by the key before it, and the pinned key is one of theirs."""
    stated = [(change, *stated_change(change)) for change in bundle["keyChanges"]]
    text, last = stated[0][3]["previous"], -1
    known = [text]
    for change, leaf, hashed, said in stated:
        index = int(leaf["env"]["index"])
        keys = [log_key(said["previous"], bundle["origin"]), log_key(said["vkey"], bundle["origin"])]
        require(said["previous"] == text != said["vkey"], "key", "a change of another key")
        size, root = signed_by_both(change["checkpoint"], keys, bundle["origin"])
        try:
            proof = [from_base64(item) for item in change["proof"]]
        except ValueError as cause:
            raise Refused("key", str(cause)) from None
        inside = size == index + 1 and verify_inclusion(index, size, hashed, proof, root)
        require(inside and index > last, "key", "a change is not the end of the log that both keys signed")
        here = [item for item in bundle["leaves"] if item["index"] == str(index) and leaf_hash_of(item) == hashed]
        require(here, "key", "a change is not among the entries")
        text, last = said["vkey"], index
        known.append(text)
    require(pinned in known, "key", "another workspace key")
    return log_key(text, bundle["origin"])


def signed_by_both(note, keys, origin):
    try:
        data = note.encode("utf-8")
        lines = [signature[:2] for signature in parse_note(data)[1]]
        if lines != [key[:2] for key in keys]:
            raise NoteError("not signed by the old key and the new one")
        named, size, root = parse_checkpoint(open_note(data, keys)[0])
    except (NoteError, UnicodeEncodeError) as cause:
        raise Refused("key", str(cause)) from None
    require(named == origin, "key", "the checkpoint of a change is of another log")
    return size, root


def check_log(bundle, pinned, workspace, own=None):
    """Key, checkpoint, inclusion, payloads, signatures and keys."""
    key = usable_key(bundle, pinned, workspace)
    size, root = check_checkpoint(bundle, key, policies_of(bundle, own))
    check_inclusion(bundle, size, root)
    check_payload_places(bundle)
    check_payloads(bundle)
    check_signatures(bundle)
    check_complete_keys(bundle)


def check_complete_keys(bundle):
    documents = {entry_of(item)["doc"] for item in bundle["leaves"] if entry_of(item)["kind"] == "key"}
    for document in documents:
        check_no_gap([item for item in bundle["leaves"] if entry_of(item)["doc"] == document], "")


def check_checkpoint(bundle, key, policies=()):
    try:
        note = bundle["checkpoint"].encode("utf-8")
        single = bool(policies) or len(parse_note(note)[1]) == 1
        require(single, "checkpoint", "not exactly one signature")
        text, met = open_cosigned(note, key, policies)
        origin, size, root = parse_checkpoint(text)
    except NoteError as cause:
        raise Refused("checkpoint", str(cause)) from None
    require(origin == bundle["origin"], "checkpoint", "the checkpoint is of another log")
    require(met, "checkpoint", "the quorum of witnesses is not met")
    return size, root


def policies_of(bundle, own):
    """The witness policy that the approval policy names, and the checker's own."""
    texts = [] if own is None else [own]
    policy = bundle["policy"]
    if isinstance(policy, dict) and "witnessPolicy" in policy:
        require(isinstance(policy["witnessPolicy"], str), "policy", "the witness policy is not a text")
        texts.insert(0, policy["witnessPolicy"])
    try:
        # The checker's own is read first, as the order of refusals has it.
        read = {text: parse_policy(text) for text in reversed(texts)}
    except PolicyError as cause:
        raise Refused("policy", str(cause)) from None
    return [read[text] for text in texts]


def check_inclusion(bundle, size, root):
    previous = -1
    for item in each(bundle["leaves"]):
        index = int(item["index"])
        require(index > previous and item["leaf"]["env"]["index"] == item["index"], "leaf", "wrong place")
        previous = index
        require(entry_of(item)["ws"] == bundle["workspace"], "workspace", "a leaf of another workspace")
        proof = [from_base64(text) for text in item["proof"]]
        require(verify_inclusion(index, size, leaf_hash_of(item), proof, root), "inclusion", "a leaf outside the log")


HAVE_PARTS = ("create", "import", "breakGlass", "edit")


def check_payload_places(bundle):
    version = bundle["versionId"]
    key_documents = {entry_of(item)["doc"] for item in bundle["leaves"] if entry_of(item)["kind"] == "key"}
    for item in each(bundle["leaves"]):
        kind, doc, payload = entry_of(item)["kind"], entry_of(item)["doc"], item["payload"]
        emergency = kind == "breakGlass" and doc == "workspace"
        # Whether the payload of an edit is of use is judged with the version's life.
        remark = kind == "edit" and doc == version
        needed = kind == "key" or emergency or (kind in NEED_PAYLOAD and doc == version)
        require(remark or needed == (payload is not None), "payload", "a payload is missing or of no use")
        require(payload is None or kind in HAVE_PARTS or not payload["rest"], "payload", "parts that the kind has not")
        require(doc == version or doc in key_documents, "leaf", "a leaf of another document")


def check_payloads(bundle):
    for item in each(bundle["leaves"]):
        if item["payload"] is None:
            continue
        part0 = canonical_bytes(item["payload"]["part0"])
        hashes = [leaf_hash(part0), *map(from_base64, item["payload"]["rest"])]
        require(tree_root(hashes).hex() == entry_of(item)["payHash"], "payload", "not the payload that was signed")
        if len(hashes) == 1:
            length = str(1 + varuint_length(len(part0)) + len(part0))
            require(entry_of(item)["payLen"] == length, "payload", "another length than was signed")


def check_signatures(bundle):
    devices, places = {}, set()
    for item in each(bundle["leaves"]):
        entry, index = entry_of(item), int(item["index"])
        carried = entry["kind"] == "key" and item["payload"] is not None
        payload = item["payload"]["part0"] if carried else None
        root = False
        if entry["kind"] == "key" and index == 0:
            require(IS_PART0["key"](payload), "signature", "part 0 is not a key")
            same = entry["dev"] == payload["deviceId"] and entry["user"] == payload["userId"]
            root = same and payload["action"] == "enrol"
        if root:
            signer = {"user": payload["userId"], "key": from_base64(payload["publicKey"])}
        else:
            signer = valid_key(devices, entry["dev"], index)
        require(signer is not None, "signature", "the device was not enrolled or was revoked")
        require(signer["user"] == entry["user"], "signature", "the device belongs to someone else")
        message = b"countersign.entry/1\n" + canonical_bytes(entry)
        good = ed25519_verify(signer["key"], message, from_base64(item["leaf"]["sig"]))
        require(good, "signature", "a bad device signature")
        place = (entry["dev"], entry["epoch"], entry["seq"])
        require(place not in places, "chain", "one place of a device chain twice")
        places.add(place)
        system = entry["kind"] != "logKey" or signer.get("role") == "system"
        require(system, "signature", "a key change that no system device signed")
        if entry["kind"] == "key":
            require(IS_PART0["key"](payload), "enrolment", "part 0 is not a key")
            apply_key(devices, index, signer, payload, root)


def valid_key(devices, device, index):
    key = devices.get(device)
    if key is None or key["enrolled"] >= index or (key["revoked"] is not None and index > key["revoked"]):
        return None
    return key


def apply_key(devices, index, signer, payload, root):
    acts = root or signer.get("role") in ("system", "admin")
    require(acts or signer["user"] == payload["userId"], "enrolment", "no right over another user's devices")
    device, public, role = payload["deviceId"], from_base64(payload["publicKey"]), payload.get("role")
    held = devices.get(device)
    if payload["action"] == "revoke":
        mine = held is not None and held["user"] == payload["userId"] and held["key"] == public
        require(mine and held["revoked"] is None, "enrolment", "nothing to revoke")
        held["revoked"] = index
        return
    require(acts or role is None or role == signer["role"], "enrolment", "a role that the signer has not")
    require(held is None and is_acceptable_key(public), "enrolment", "the device or its key is not acceptable")
    devices[device] = {"user": payload["userId"], "key": public, "role": role, "enrolled": index, "revoked": None}


def check_no_gap(items, expected):
    for item in each(items):
        named = item["leaf"]["env"]["prevDoc"]
        require(expected is None or named == expected, "chain", "a leaf of the document is missing")
        expected = leaf_hash_of(item).hex()


def check_contract(bundle):
    """Content, policy, life and segregation of duties."""
    require(sha256(canonical_bytes(bundle["content"])).hex() == bundle["contentHash"], "content", "another content")
    require(sha256(canonical_bytes(bundle["policy"])).hex() == bundle["policyHash"], "policy", "another policy")
    own = [item for item in bundle["leaves"] if entry_of(item)["doc"] == bundle["versionId"]]
    create = of_kind(own, "create")
    require(len(create) == 1, "lifecycle", "not one creation")
    submits = of_kind(own, "submit")
    require(submits, "lifecycle", "no submission")
    require(own[0] is create[0], "lifecycle", "the version does not begin with its creation")
    check_no_gap(own, "")
    split = next(at for at, item in enumerate(own) if item is submits[-1])
    written, decided = own[:split], own[split + 1 :]
    for item in each(decided):
        require(entry_of(item)["kind"] in AFTER_SUBMIT, "lifecycle", "the approvals do not stand behind this")
    approve = of_kind(decided, "approve")
    execute = of_kind(decided, "execute")
    require(len(execute) == 1, "lifecycle", "not one execution")
    export = of_kind(decided, "export")
    steps = {"create": create, "submit": submits[-1:], "approve": approve, "execute": execute, "export": export}
    check_order(own, steps)
    remarks = remarks_in(own, steps)
    imports = of_kind(written, "import")
    signed = [item for item in written if entry_of(item)["kind"] in ("edit", "choose") and item["index"] not in remarks]
    writers = {entry_of(item)["user"] for item in signed}
    check_bindings(bundle, steps)
    named = set(steps["submit"][0]["payload"]["part0"]["authors"])
    importers = {item["payload"]["part0"]["by"] for item in imports}
    for _ in each(steps["submit"]):
        require(importers <= named, "duties", "the submission does not name somebody who imported")
    check_duties(steps, writers)
    check_emergencies(bundle, steps, writers)


def remarks_in(own, steps):
    """Places of edits that say something and write nothing, by somebody who approved and is no author."""
    authors = steps["submit"][0]["payload"]["part0"]["authors"]
    free = {entry_of(item)["user"] for item in steps["approve"]} - set(authors)
    carried = [item for item in own if entry_of(item)["kind"] == "edit" and item["payload"] is not None]
    for item in each(of_kind(carried, "edit")):
        commands = item["payload"]["part0"]["commands"]
        only = commands and all(command["field"] == "$comment" for command in commands)
        require(only and entry_of(item)["user"] in free, "payload", "a payload of no use")
    return {item["index"] for item in carried}


def of_kind(items, kind):
    """Leaves of a kind, whose part 0 has the form of that kind."""
    found = [item for item in items if entry_of(item)["kind"] == kind]
    for item in each(found):
        require(IS_PART0[kind](item["payload"]["part0"]), "payload", "part 0 has not the form of " + kind)
    return found


def check_order(own, steps):
    require(steps["approve"], "lifecycle", "no approval")
    executed = int(steps["execute"][0]["index"])
    ordered = all(int(item["index"]) < executed for item in steps["approve"])
    ordered = ordered and all(int(item["index"]) > executed for item in steps["export"])
    require(ordered, "lifecycle", "not approved, executed and exported in this order")
    require(steps["export"] and own[-1] is steps["export"][-1], "lifecycle", "the bundle does not end with its export")


def check_bindings(bundle, steps):
    for kind in ("create", "submit", "approve", "execute", "export"):
        for item in each(steps[kind]):
            require(item["payload"]["part0"]["versionId"] == bundle["versionId"], "lifecycle", "another version")
    for kind in ("submit", "approve", "execute", "export"):
        for item in each(steps[kind]):
            require(item["payload"]["part0"]["contentHash"] == bundle["contentHash"], "content", "another content")
    content, created = bundle["content"], steps["create"][0]["payload"]["part0"]["contractId"]
    if isinstance(content, dict) and "contractId" in content:
        require(content["contractId"] == created, "content", "the content is of another contract")
    for item in each(steps["approve"]):
        hashes = {item["payload"]["part0"]["policyHash"], item["leaf"]["env"]["policyHash"]}
        require(hashes == {bundle["policyHash"]}, "policy", "an approval under another policy")
        same = item["payload"]["part0"]["logIndex"] == steps["submit"][0]["index"]
        require(same, "lifecycle", "an approval for another submission")


def check_duties(steps, writers):
    submit = steps["submit"][0]
    # Who signed entries and is not named may have made remarks only; they are barred like those who are named.
    barred = {*submit["payload"]["part0"]["authors"], *writers, entry_of(submit)["user"]}
    approvers = set()
    for item in each(steps["approve"]):
        user = entry_of(item)["user"]
        require(user not in barred, "duties", "an author or the submitter approved")
        require(user not in approvers, "duties", "one person approved twice")
        approvers.add(user)
    for item in each(steps["export"]):
        require(approvers != {entry_of(item)["user"]}, "duties", "the only approver exported")


def check_emergencies(bundle, steps, writers):
    """No approver who holds the role in an emergency was agreed to by somebody with a part in the version."""
    terms = emergency_terms(bundle)
    submit = steps["submit"][0]
    involved = {*submit["payload"]["part0"]["authors"], *writers, entry_of(submit)["user"]}
    for item in each(steps["approve"]):
        place, at = int(item["index"]), item["leaf"]["env"]["serverTime"]
        for term in terms:
            mine = term["user"] == entry_of(item)["user"] and term["role"] == "approver" and term["agreed"] is not None
            if mine and term["agreed"] < place and at < term["until"] and place < term["ended"]:
                require(term["by"] not in involved, "duties", "an emergency approver whom somebody involved agreed to")
                break


def emergency_terms(bundle):
    """Requests for emergency roles as the log's entries of kind breakGlass tell them, void ones passed over."""
    terms, now = {}, ""
    for item in each(bundle["leaves"]):
        if entry_of(item)["kind"] != "breakGlass" or item["payload"] is None:
            continue
        said = item["payload"]["part0"]
        shape = IS_BREAK_GLASS.get(said.get("action")) if isinstance(said, dict) and is_text(said.get("action")) else None
        require(shape is not None and shape(said), "payload", "part 0 has not the form of breakGlass")
        at = item["leaf"]["env"]["serverTime"]
        if minutes_after(at, 0) == at:
            now = max(now, at)
            take_emergency(terms, item, said, now)
    return list(terms.values())


def take_emergency(terms, item, said, now):
    user, index = entry_of(item)["user"], int(item["index"])
    if said["action"] == "ask":
        same = [term for term in terms.values() if (term["user"], term["role"]) == (said["userId"], said["role"])]
        if user != "u-server" and not any(is_open(term, now) for term in same):
            terms[item["index"]] = {
                "user": said["userId"], "role": said["role"], "minutes": int(said["minutes"]), "asked_by": user,
                "asked_at": now, "hash": leaf_hash_of(item).hex(), "agreed": None, "by": None, "until": "",
                "ended": float("inf"),
            }  # fmt: skip
        return
    term = terms.get(said["asked"])
    if term is None:
        return
    if said["action"] == "agree":
        fresh = term["agreed"] is None and is_open(term, now) and term["hash"] == said["askedHash"]
        if fresh and user not in (term["user"], term["asked_by"], "u-server"):
            term.update(agreed=index, by=user, until=minutes_after(now, term["minutes"]))
    elif term["ended"] == float("inf") and (user == "u-server" or is_open(term, now)):
        term["ended"] = index


def is_open(term, now):
    until = term["until"] if term["agreed"] is not None else minutes_after(term["asked_at"], 60)
    return term["ended"] == float("inf") and now < until


def minutes_after(instant, minutes):
    """An instant so many minutes later; empty for a time that no clock shows."""
    try:
        moved = datetime.strptime(instant, "%Y-%m-%dT%H:%M:%S.%fZ") + timedelta(minutes=minutes)
    except (ValueError, OverflowError):
        return ""
    return moved.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moved.microsecond // 1000:03d}Z"


# --- audit files ------------------------------------------------------------------------------------------------------

INSTANT_OR_NULL = lambda value: value is None or INSTANT(value)
IDENTIFIER_OR_NULL = lambda value: value is None or IDENTIFIER(value)


def names_of(value):
    return isinstance(value, dict) and all(IDENTIFIER(name) and isinstance(text, str) for name, text in value.items())


IS_AUDIT = record_with_optional(
    KEY_CHANGES,
    format=lambda value: value == "countersign.audit/1",
    workspace=IDENTIFIER,
    origin=lambda value: isinstance(value, str) and value != "",
    vkey=lambda value: isinstance(value, str) and value != "",
    query=record(
        to=INSTANT_OR_NULL, doc=IDENTIFIER_OR_NULL, user=IDENTIFIER_OR_NULL, **{"from": INSTANT_OR_NULL}
    ),
    names=record(users=names_of, documents=names_of),
    checkpoint=lambda value: isinstance(value, str),
    listed=list_of(WHOLE),
    leaves=list_of(record(index=WHOLE, leaf=IS_LEAF, payload=is_payload, proof=is_proof)),
    sig=lambda value: isinstance(value, str),
)
IS_ERASE = record(index=WHOLE, payHash=HASH, reason=text_of(1, 4096))


def check_audit(data, pinned, workspace):
    file = read_bundle(data, IS_AUDIT)
    key = usable_key(file, pinned, workspace)
    require(is_base64(file["sig"], 64), "format", "the signature has not the form of one")
    signed = {name: value for name, value in file.items() if name != "sig"}
    message = b"countersign.audit/1\n" + canonical_bytes(signed)
    require(ed25519_verify(key[3], message, from_base64(file["sig"])), "signature", "not signed as it stands")
    size, root = check_checkpoint(file, key)
    check_inclusion(file, size, root)
    listed = check_listed(file)
    check_present(file, listed)
    check_payloads(file)
    check_signatures(file)
    check_complete_keys(file)
    if file["query"]["user"] is None:
        whole = file["query"]["from"] is None
        if file["query"]["doc"] is not None:
            check_no_gap(listed, "" if whole else None)
        else:
            places = [int(item["index"]) for item in listed]
            require(not whole or places[:1] == [0], "chain", "entry 0 is missing")
            follow = not places or places == list(range(places[0], places[0] + len(places)))
            require(follow, "chain", "an entry is missing")


def check_listed(file):
    places = [int(index) for index in file["listed"]]
    require(places == sorted(set(places)), "leaf", "the listed entries are not in order, each once")
    wanted = set(file["listed"])
    for item in each(file["leaves"]):
        evidence = entry_of(item)["doc"] == "workspace" or entry_of(item)["kind"] == "erase"
        require(item["index"] in wanted or evidence, "leaf", "an entry of no use")
    by_index = {item["index"]: item for item in file["leaves"]}
    query, listed = file["query"], []
    for index in file["listed"]:
        require(index in by_index, "leaf", "a listed entry is not there")
        item = by_index[index]
        entry, time = entry_of(item), item["leaf"]["env"]["serverTime"]
        part0 = item["payload"]["part0"] if item["payload"] is not None else None
        by = part0.get("by") if isinstance(part0, dict) else None
        fits = (query["from"] is None or time >= query["from"]) and (query["to"] is None or time < query["to"])
        fits = fits and query["doc"] in (None, entry["doc"])
        fits = fits and (query["user"] is None or query["user"] in (entry["user"], by))
        require(fits, "leaf", "a listed entry does not fit the question")
        listed.append(item)
    return listed


def check_present(file, listed):
    wanted = set(file["listed"])
    erasures = {}
    for item in each(file["leaves"]):
        kind, payload = entry_of(item)["kind"], item["payload"]
        useful = payload is None or item["index"] in wanted or kind in ("key", "erase")
        require(useful, "payload", "a payload of no use")
        if kind == "erase" and payload is not None:
            require(IS_ERASE(payload["part0"]), "payload", "the payload cannot be read")
            erasures[payload["part0"]["index"]] = payload["part0"]["payHash"]
    for item in each(listed):
        gone = item["payload"] is None and erasures.get(item["index"]) != entry_of(item)["payHash"]
        require(not gone, "payload", "a payload is missing and no erase entry accounts for it")


def verify_bundle(data, pinned, workspace=None, own=None):
    """None for a good bundle, audit file or checkpoint, else (code, text)."""
    PLACE.clear()
    try:
        if is_checkpoint(data):
            open_alone(data, own_log_key(pinned), own)
        elif b'"format":"countersign.audit/1"' in data[:4096]:
            check_audit(data, pinned, workspace)
        else:
            bundle = read_bundle(data, IS_BUNDLE)
            check_log(bundle, pinned, workspace, own)
            check_contract(bundle)
    except Refused as cause:
        return cause.code, str(cause)
    return None


# --- checkpoints alone -------------------------------------------------------------------------------------------------


def open_alone(data, key, own):
    """(size, root) of a signed checkpoint; cosignatures are looked at where the checker has a policy only."""
    try:
        text, signatures = parse_note(data)
        policies = [] if own is None else [parse_policy(own)]
        if not policies:
            first = data[len(text.encode("utf-8")) + 1 :].split(b"\n")[0]
            data = text.encode("utf-8") + b"\n" + first + b"\n"
        text, met = open_cosigned(data, key, policies)
        origin, size, root = parse_checkpoint(text)
    except NoteError as cause:
        raise Refused("checkpoint", "no checkpoint that the log signed: %s" % cause) from None
    except PolicyError as cause:
        raise Refused("policy", str(cause)) from None
    require(origin == key[0], "checkpoint", "a checkpoint of another log")
    require(met, "checkpoint", "the quorum of witnesses is not met")
    return size, root


def is_checkpoint(data):
    try:
        parse_checkpoint(parse_note(data)[0])
    except NoteError:
        return False
    return True


def own_log_key(text):
    try:
        return log_key(text, parse_vkey(text)[0])
    except NoteError as cause:
        raise Refused("key", str(cause)) from None


def read_proof(data):
    """Hashes of a proof: one a line in hex or base64, or the answer of GET /log/consistency."""
    try:
        text = data.decode("utf-8")
        lines = json.loads(text)["proof"] if text.lstrip().startswith("{") else [x for x in text.split("\n") if x]
        return [bytes.fromhex(x) if re.fullmatch("[0-9a-f]{64}", x) else from_base64(x) for x in lines]
    except (ValueError, KeyError, TypeError) as cause:
        raise Refused("proof", "the proof cannot be read: %s" % cause) from None


def check_growth(older, newer, proof, key, own):
    """Whether the log of the newer checkpoint begins with that of the older one."""
    size1, root1 = open_alone(older, key, None)
    size2, root2 = open_alone(newer, key, own)
    require(size1 <= size2, "consistency", "the older checkpoint is of more entries than the newer one")
    if size1 == 0:
        require(root1 == sha256(b""), "consistency", "no entries, and not the root of an empty log")
    elif size1 == size2:
        require(root1 == root2, "split", "two histories of one size were signed: keep both files, they prove it")
    else:
        shown = verify_consistency(size1, size2, root1, root2, read_proof(proof))
        require(shown, "consistency", "the proof does not show it: it is of other sizes, or history was changed")


def verdict_on_growth(older, newer, proof, pinned, own):
    try:
        check_growth(older, newer, proof, own_log_key(pinned), own)
    except Refused as cause:
        return cause.code, str(cause)
    return None


# --- vectors ----------------------------------------------------------------------------------------------------------


def decoded(items):
    return [from_base64(item or "") for item in items or []]


def whole(value):
    """A size of a vector: digits may stand for a number that other readers would round; -1 for what is none."""
    if isinstance(value, str):
        return int(value) if re.fullmatch("[0-9]+", value) else -1
    return value if isinstance(value, int) else -1


def distinct(pairs):
    """The record of a JCS vector: a member that stands twice has no canonical form."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise NotCanonical("a member stands twice")
    return dict(pairs)


def require_vector(condition, text):
    if not condition:
        raise ValueError(text)


def tile_path(index):
    require_vector(index >= 0, "a negative index")
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join(["x" + group for group in groups[:-1]] + groups[-1:])


def tile_shape(size):
    require_vector(size >= 0, "a negative size")
    levels = []
    while size:
        levels.append({"full": size // 256, "partial": size % 256})
        size //= 256
    return levels


def signature_line(name, seed, text):
    require_vector(is_key_name(name) and len(seed) == 32, "a name or a seed that none can be")
    require_vector(text.endswith("\n") and not any(ord(c) < 32 and c != "\n" for c in text), "a text that is no note's")
    public, signature = ed25519_sign(seed, text.encode("utf-8"))
    key_id = sha256(name.encode("utf-8") + b"\n\x01" + public)[:4]
    return "\u2014 " + name + " " + base64.b64encode(key_id + signature).decode("ascii") + "\n"


def run_open(v):
    _, known, unknown = open_note(from_base64(v["noteB64"]), [parse_vkey(key) for key in v["vkeys"]])
    return {"ok": known, "unknown": unknown}


def run_vkey(v):
    name, key_id, _, _ = parse_vkey(v["vkey"])
    return {"valid": True, "name": name, "keyId": key_id}


def run_checkpoint(v):
    origin, size, root = parse_checkpoint(v["text"])
    return {"origin": origin, "size": str(size), "rootHex": root.hex()}


def run_format(v):
    root = base64.b64encode(leaf_hash(v["recordUtf8"].encode("utf-8"))).decode("ascii")
    text = "%s\n%s\n%s\n" % (v["origin"], whole(v["size"]), root)
    parse_checkpoint(text)
    return {"text": text}


def run_sign(v):
    skey = re.fullmatch(r"PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+(.+)", v["skey"])
    require_vector(skey is not None, "not a signing key")
    name, key_id, typed = skey[1], skey[2], from_base64(skey[3])
    require_vector(len(typed) == 33 and typed[0] == 1, "not a signing key of Ed25519")
    line = signature_line(name, typed[1:], v["text"])
    require_vector(from_base64(line.rstrip("\n").rpartition(" ")[2])[:4].hex() == key_id, "the key id does not match")
    return {"signatureLine": line}


def run_ed25519_sign(v):
    require_vector(len(v["seedHex"]) == 64, "a seed has 32 bytes")
    public, signature = ed25519_sign(bytes.fromhex(v["seedHex"]), bytes.fromhex(v["messageHex"]))
    return {"publicHex": public.hex(), "signatureHex": signature.hex()}


def run_ed25519_verify(v):
    parts = [bytes.fromhex(v[name]) for name in ("publicHex", "messageHex", "signatureHex")]
    return {"valid": ed25519_verify(*parts)}


def number_stream(fixed):
    for text in fixed:
        yield int(text, 16), False
    for step in range(2000):
        yield 0x0010000000000000 + step, False
    block = bytes(32)
    while True:
        block = sha256(block)
        for value in struct.unpack("<4Q", block):
            yield value, True


def run_stream(v):
    digest, total, written = hashlib.sha256(), 0, 0
    for bits, chained in number_stream(v["staticU64Hex"]):
        if written == v["lines"]:
            break
        value = struct.unpack(">d", bits.to_bytes(8, "big"))[0]
        if chained and (value == 0 or not math.isfinite(value)):
            continue
        line = ("%x,%s\n" % (bits, canonical_number(value))).encode("ascii")
        digest.update(line)
        total, written = total + len(line), written + 1
    return {"sha256Hex": digest.hexdigest(), "bytes": total}


RUNS = {
    "merkle-root": lambda v: {"rootHex": tree_root([leaf_hash(bytes.fromhex(x)) for x in v["leavesHex"]]).hex()},
    "merkle-leaf": lambda v: {"hashHex": leaf_hash(bytes.fromhex(v["leafHex"])).hex()},
    "merkle-inclusion": lambda v: {
        "valid": verify_inclusion(
            whole(v["leafIdx"]),
            whole(v["treeSize"]),
            *decoded([v["leafHash"]]),
            decoded(v["proof"]),
            *decoded([v["root"]]),
        )
    },
    "merkle-consistency": lambda v: {
        "valid": verify_consistency(
            whole(v["size1"]), whole(v["size2"]), *decoded([v["root1"], v["root2"]]), decoded(v["proof"])
        )
    },
    "tile-path": lambda v: {"path": tile_path(whole(v["index"]))},
    "tile-shape": lambda v: {"levels": tile_shape(whole(v["size"]))},
    "note-sign": run_sign,
    "note-sign-seed": lambda v: {"signatureLine": signature_line(v["name"], bytes.fromhex(v["seedHex"]), v["text"])},
    "note-open": run_open,
    "vkey": run_vkey,
    "checkpoint-body": run_checkpoint,
    "checkpoint-format": run_format,
    "ed25519-sign": run_ed25519_sign,
    "ed25519-verify": run_ed25519_verify,
    "jcs": lambda v: {"utf8Hex": canonical_bytes(parse_json(v["json"], distinct)).hex()},
    "jcs-number": lambda v: {"text": canonical_number(struct.unpack(">d", bytes.fromhex(v["ieee754Hex"]))[0])},
    "jcs-es6-stream": run_stream,
}
ASK_WHETHER_VALID = ("merkle-inclusion", "merkle-consistency", "vkey", "ed25519-verify")


def run_fact(fact):
    try:
        return RUNS[fact["kind"]](fact["input"])
    except (ValueError, NotCanonical, NoteError, OverflowError, RecursionError, struct.error):
        return {"valid": False} if fact["kind"] in ASK_WHETHER_VALID else {"error": True}
    except (KeyError, TypeError) as cause:
        return {"unreadable": repr(cause)}


def run_vectors(path):
    """Runs a vector file; prints failures and the count; gives the exit code."""
    with open(path, encoding="utf-8") as file:
        facts = json.load(file)["facts"]
    failed = 0
    for fact in facts:
        actual = run_fact(fact)
        if any(name not in actual or actual[name] != value for name, value in fact["expect"].items()):
            failed += 1
            print("FAIL %s: expected %s, got %s" % (fact["id"], fact["expect"], actual))
    print("%d passed, %d failed" % (len(facts) - failed, failed))
    return 1 if failed else 0


# --- command line -----------------------------------------------------------------------------------------------------


def main():
    parser = argparse.ArgumentParser(description="Second verifier of Countersign export bundles.")
    parser.add_argument("--key", help="the workspace key, or a file that holds it")
    parser.add_argument("--workspace", help="also require this workspace id")
    parser.add_argument("--witness-policy", help="also require the quorum of this C2SP policy file")
    parser.add_argument("--from", dest="older", help="an older checkpoint, with --to and --proof")
    parser.add_argument("--to", dest="newer", help="a newer checkpoint of the same log")
    parser.add_argument("--proof", help="consistency proof: hashes in hex or base64, or the answer of GET /log/consistency")
    parser.add_argument("--json", action="store_true", help="print one JSON line a bundle")
    parser.add_argument("--vectors", help="run a history vector file instead")
    parser.add_argument("bundles", nargs="*")
    options = parser.parse_args()
    if options.vectors:
        return run_vectors(options.vectors)
    growth = [options.older, options.newer, options.proof]
    if not options.key or bool(options.bundles) == any(growth) or any(growth) != all(growth):
        parser.error("name the workspace key with --key, and a file, or two checkpoints and a proof")
    try:
        key = options.key
        if "+" not in key:
            with open(key, encoding="utf-8") as file:
                key = file.read().strip()
        own = None
        if options.witness_policy:
            with open(options.witness_policy, encoding="utf-8", newline="") as file:
                own = file.read()
        datas = []
        for path in options.bundles or growth:
            with open(path, "rb") as file:
                datas.append(file.read())
    except OSError as cause:
        parser.error(str(cause))
    if options.older:
        verdicts = [(options.newer, verdict_on_growth(*datas, key, own))]
    else:
        verdicts = [(path, verify_bundle(data, key, options.workspace, own)) for path, data in zip(options.bundles, datas)]
    bad = 0
    for path, failure in verdicts:
        bad += failure is not None
        if options.json:
            code, text = failure or (None, None)
            print(json.dumps({"bundle": path, "ok": failure is None, "code": code, "text": text}))
        else:
            print("%s: %s" % (path, "good" if failure is None else "NOT VERIFIED, %s: %s" % failure))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
