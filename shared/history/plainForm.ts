/**
 * Owns quick readers of the three records that every edit passes through: entry, leaf and part 0 of an edit. Each accepts a part of what
 * the schema of the record accepts in canonical bytes, gives the same value, and says null for everything else, which is then
 * read by the schema and refused in its words. Must not accept anything that the schema would not: plainForm.test.ts compares them.
 */
import { fromUtf8 } from './bytes.ts';
import { ENTRY_KINDS, type Entry, type EntryKind } from './entry.ts';
import type { Leaf } from './leaf.ts';
import type { PayloadOf } from './payloads.ts';

/** Longer records are read by their schemas: expressions over megabytes may not fit on their stack. */
const MOST_BYTES = 256 * 1024;

const ID = '[A-Za-z0-9][A-Za-z0-9._~:@/$-]{0,127}';
const WHOLE = '0|[1-9][0-9]{0,14}';
const HASH = '[0-9a-f]{64}';
const INSTANT = '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z';
/** 64 bytes: the last digit before the padding carries two bits. */
const SIGNATURE = '[A-Za-z0-9+/]{85}[AQgw]==';
/** Text that JSON.stringify writes just so: no control characters, and of the escapes only the short ones. */
const TEXT = '"[^"\\\\\\u0000-\\u001f]*(?:\\\\["\\\\bfnrt][^"\\\\\\u0000-\\u001f]*)*"';
const COMMAND_ID = '[A-Za-z0-9_-][A-Za-z0-9._~:@/$-]{0,127}';
const FIELD = '[A-Za-z0-9$_][A-Za-z0-9$_.:-]{0,127}';

/** `{"name":"(form)",…}` in the order of the names. */
const record = (members: Readonly<Record<string, string>>): string =>
  `\\{${Object.keys(members)
    .sort()
    .map((name) => `"${name}":"(${members[name]})"`)
    .join(',')}\\}`;

const ENTRY = record({
  v: '1',
  ws: ID,
  doc: ID,
  kind: ENTRY_KINDS.join('|'),
  user: ID,
  dev: ID,
  epoch: ID,
  seq: WHOLE,
  prevDev: `${HASH}|`,
  seenSize: WHOLE,
  seenRoot: `${HASH}|`,
  payHash: HASH,
  payLen: WHOLE,
  nonce: '[0-9a-f]{32}',
  devTime: INSTANT,
});
const ENVELOPE = record({ index: WHOLE, serverTime: INSTANT, prevDoc: `${HASH}|`, policyHash: HASH });

const ENTRY_FORM = new RegExp(`^${ENTRY}$`);
const LEAF_FORM = new RegExp(`^\\{"entry":${ENTRY},"env":${ENVELOPE},"sig":"(${SIGNATURE})"\\}$`);
const COMMAND_FORM = new RegExp(
  `\\{"field":"(${FIELD})","from":(null|${TEXT}),"id":"(${COMMAND_ID})","rowId":"(${ID})","seen":"(${WHOLE})","sheet":"(${ID})","to":(null|${TEXT})\\}`,
  'y',
);
const DRAFT_FORM = new RegExp(`\\],"draftId":"(${ID})","updates":\\[`, 'y');
const UPDATE_FORM = new RegExp(`\\{"part":([1-9][0-9]{0,8}),"sheet":"(${ID})"\\}`, 'y');
const EDIT_BEGINS = '{"commands":[';
const EDIT_ENDS = ']}';

/** Text of bytes that a quick reader may look at. */
function shortText(bytes: Uint8Array): string | null {
  if (bytes.length > MOST_BYTES) return null;
  try {
    return fromUtf8(bytes);
  } catch {
    // The schema's reader says what is wrong with them.
    return null;
  }
}

function entryOf(found: RegExpExecArray): Entry | null {
  const at = (group: number): string => found[group] ?? '';
  const [seq, prevDev, seenSize, seenRoot] = [at(12), at(9), at(11), at(10)];
  if ((seq === '0') !== (prevDev === '') || (seenRoot === '' && seenSize !== '0')) return null;
  return {
    v: '1',
    ws: at(15),
    doc: at(3),
    kind: at(5) as EntryKind,
    user: at(13),
    dev: at(1),
    epoch: at(4),
    seq,
    prevDev,
    seenSize,
    seenRoot,
    payHash: at(7),
    payLen: at(8),
    nonce: at(6),
    devTime: at(2),
  };
}

/** [HIST-22] The entry in canonical bytes; null for what only its schema can judge. */
export function readPlainEntry(bytes: Uint8Array): Entry | null {
  const text = shortText(bytes);
  const found = text === null ? null : ENTRY_FORM.exec(text);
  return found === null ? null : entryOf(found);
}

/** Members of an entry, which come first in a leaf. */
const ENTRY_MEMBERS = 15;

/** [HIST-23] The leaf in canonical bytes; null for what only its schema can judge. */
export function readPlainLeaf(bytes: Uint8Array): Leaf | null {
  const text = shortText(bytes);
  const found = text === null ? null : LEAF_FORM.exec(text);
  const entry = found === null ? null : entryOf(found);
  if (found === null || entry === null) return null;
  const [index = '', policyHash = '', prevDoc = '', serverTime = '', sig = ''] = found.slice(ENTRY_MEMBERS + 1);
  return { entry, sig, env: { index, serverTime, prevDoc, policyHash } };
}

type EditPayload = PayloadOf<'edit'>;

/** [HIST-27] Part 0 of an `edit` or `choose` in canonical bytes; null for what only its schema can judge. */
export function readPlainEdit(bytes: Uint8Array): EditPayload | null {
  const text = shortText(bytes);
  if (text === null || !text.startsWith(EDIT_BEGINS)) return null;
  const commands: EditPayload['commands'] = [];
  const takeCommand = (found: RegExpExecArray): void => {
    const [, field = '', from = '', id = '', rowId = '', seen = '', sheet = '', to = ''] = found;
    commands.push({ id, sheet, rowId, field, from: textOf(from), to: textOf(to), seen });
  };
  let at = list(text, EDIT_BEGINS.length, COMMAND_FORM, takeCommand);
  DRAFT_FORM.lastIndex = at;
  const draftId = DRAFT_FORM.exec(text)?.[1];
  if (draftId === undefined) return null;
  const updates: EditPayload['updates'] = [];
  at = list(text, DRAFT_FORM.lastIndex, UPDATE_FORM, ([, part, sheet = '']) => {
    updates.push({ sheet, part: Number(part) });
  });
  return text.length === at + EDIT_ENDS.length && text.endsWith(EDIT_ENDS) ? { draftId, commands, updates } : null;
}

/** Reads items with commas between them from a place on; where they end. After a comma without an item it is the comma's place. */
function list(text: string, from: number, form: RegExp, take: (found: RegExpExecArray) => void): number {
  let at = from;
  for (let first = true; ; first = false) {
    if (!first && text[at] !== ',') return at;
    form.lastIndex = first ? at : at + 1;
    const found = form.exec(text);
    if (found === null) return at;
    take(found);
    at = form.lastIndex;
  }
}

function textOf(token: string): string | null {
  if (token === 'null') return null;
  return token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
}
