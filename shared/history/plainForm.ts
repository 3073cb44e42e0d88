/**
 * Owns quick readers of the three records that every edit passes through: entry, leaf and part 0 of an edit. Each accepts a part of what
 * the schema of the record accepts in canonical bytes, gives the same value, and says null for everything else, which is then
 * read by the schema and refused in its words. The form is matched as text and the value is then JSON.parse's: text cut out of a match
 * would keep the whole record in memory for as long as one cell of it. Must not accept anything that the schema would not.
 */
import { fromUtf8 } from './bytes.ts';
import { ENTRY_KINDS, type Entry } from './entry.ts';
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
    .map((name) => `"${name}":"(?:${members[name]})"`)
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
const LEAF_FORM = new RegExp(`^\\{"entry":${ENTRY},"env":${ENVELOPE},"sig":"${SIGNATURE}"\\}$`);
const COMMAND_FORM = new RegExp(
  `\\{"field":"${FIELD}","from":(?:null|${TEXT}),"id":"${COMMAND_ID}","rowId":"${ID}","seen":"(?:${WHOLE})","sheet":"${ID}","to":(?:null|${TEXT})\\}`,
  'y',
);
const DRAFT_FORM = new RegExp(`\\],"draftId":"${ID}",(?:"fold":"(?:${WHOLE})",)?"updates":\\[`, 'y');
const UPDATE_FORM = new RegExp(`\\{"part":[1-9][0-9]{0,8},"sheet":"${ID}"\\}`, 'y');
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

/** What no expression says of an entry: which members may be empty together. */
const isWhole = ({ seq, prevDev, seenSize, seenRoot }: Entry): boolean =>
  (seq === '0') === (prevDev === '') && (seenRoot !== '' || seenSize === '0');

/** [HIST-22] The entry in canonical bytes; null for what only its schema can judge. */
export function readPlainEntry(bytes: Uint8Array): Entry | null {
  const text = shortText(bytes);
  if (text === null || !ENTRY_FORM.test(text)) return null;
  const entry = JSON.parse(text) as Entry;
  return isWhole(entry) ? entry : null;
}

/** [HIST-23] The leaf in canonical bytes; null for what only its schema can judge. */
export function readPlainLeaf(bytes: Uint8Array): Leaf | null {
  const text = shortText(bytes);
  if (text === null || !LEAF_FORM.test(text)) return null;
  const leaf = JSON.parse(text) as Leaf;
  return isWhole(leaf.entry) ? leaf : null;
}

/** [HIST-27] Part 0 of an `edit` or `choose` in canonical bytes; null for what only its schema can judge. */
export function readPlainEdit(bytes: Uint8Array): PayloadOf<'edit'> | null {
  const text = shortText(bytes);
  if (text === null || !text.startsWith(EDIT_BEGINS)) return null;
  DRAFT_FORM.lastIndex = endOfList(text, EDIT_BEGINS.length, COMMAND_FORM);
  if (!DRAFT_FORM.test(text)) return null;
  const end = endOfList(text, DRAFT_FORM.lastIndex, UPDATE_FORM);
  if (text.length !== end + EDIT_ENDS.length || !text.endsWith(EDIT_ENDS)) return null;
  return JSON.parse(text) as PayloadOf<'edit'>;
}

/** Where items of a form with commas between them end. After a comma without an item it is the comma's place. */
function endOfList(text: string, from: number, form: RegExp): number {
  let at = from;
  for (let first = true; ; first = false) {
    if (!first && text[at] !== ',') return at;
    form.lastIndex = first ? at : at + 1;
    if (!form.test(text)) return at;
    at = form.lastIndex;
  }
}
