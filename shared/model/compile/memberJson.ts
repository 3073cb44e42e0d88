// Terms that are written as JSON because no column says them: what they are called, an example of each, and whether a text is one.
// Owns the check as somebody types; compileVersion.ts decides what a version is made of.
import { z } from 'zod';
import { canonicalJson } from '../canonical.ts';
import { ContractVersion } from '../contract.ts';
import { KNOWN_TERMS } from '../sheets/index.ts';
import { isOverlayKey, versionMember, versionOverlayKey } from './overlay.ts';

/** A list of the version that has no sheet; each entry is one term. */
export interface JsonMember {
  readonly member: string;
  /** "guarantee", for "Add a guarantee" and "Guarantee 2". */
  readonly one: string;
  /** What it does, in one sentence. */
  readonly says: string;
  /** One entry as it may be written. Its ids, dates and amounts are to be replaced. */
  readonly example: unknown;
}

/** Offered in the Terms sheet, in this order. */
export const JSON_MEMBERS: readonly JsonMember[] = [
  {
    member: 'guarantees',
    one: 'guarantee',
    says: 'Amounts that fall due on their dates and are recouped by what is earned.',
    example: { id: 'g-1', due: [{ date: '2026-01-15', amount: '10000.00' }], offsets: 'DRAW' },
  },
  {
    member: 'rateRules',
    one: 'rate rule',
    says: 'A factor on the rate of lines that meet its conditions.',
    example: {
      id: 'r-1',
      label: 'Prime time',
      conditions: [{ field: 'daypart', op: 'EQ', value: 'PRIME' }],
      factor: '1.25',
      rounding: { decimals: 2 },
    },
  },
  {
    member: 'ratioCaps',
    one: 'ratio cap',
    says: 'What some lines earn in a billing period is held to a percentage of what others earn in it.',
    example: { id: 'c-1', lineIds: ['2'], percent: '20', ofLineIds: ['1'] },
  },
  {
    member: 'testCases',
    one: 'test case',
    says: 'A bill that must come out of given facts before the version is exported.',
    example: {
      id: 't-1',
      title: '1,000 impressions of line 1',
      period: '2026-01',
      facts: { delivery: [{ lineId: '1', localDate: '2026-01-10', metric: 'IMPRESSIONS', quantity: '1000' }] },
      expect: { gross: '20.00' },
    },
  },
  {
    member: 'overrides',
    one: 'partner\u2019s own price',
    says: 'A price or limit of one partner in place of the rule for all.',
    example: { id: 'o-1', partnerIds: ['p-1'], payoutRuleId: '1', price: { type: 'PERCENT', percent: '12' } },
  },
];

/** What is wrong with a text; `path` is the place inside the JSON, empty for the whole. */
export interface JsonProblem {
  readonly path: string;
  readonly text: string;
}

export type JsonRead =
  | { readonly ok: true; readonly canonical: string }
  | { readonly ok: false; readonly problems: readonly JsonProblem[] };

const no = (path: string, text: string): JsonRead => ({ ok: false, problems: [{ path, text }] });

/** The name of a JSON term for people, "Guarantee 2"; null for a key of another kind. */
export function jsonTermName(key: string): string | null {
  const at = versionMember(key);
  if (at === null) return isOverlayKey(key) ? 'More of a row' : null;
  const known = JSON_MEMBERS.find(({ member }) => member === at.member)?.one ?? at.member;
  const name = `${known.slice(0, 1).toUpperCase()}${known.slice(1)}`;
  return at.element === null ? name : `${name} ${at.element}`;
}

/** What people call a term: `Time zone` of `timeZone`, `Guarantee 1` of `model.version.guarantees.1`; a name of one's own as it is. */
export function termName(key: string): string {
  return KNOWN_TERMS.get(key)?.label ?? jsonTermName(key) ?? key;
}

/** Key of the next entry of a list, given the keys that the sheet has. */
export function nextJsonKey(member: string, keys: readonly (string | null)[]): string {
  const used = keys.flatMap((key) => {
    const at = versionMember(key ?? '');
    return at?.member === member && at.element !== null ? [at.element] : [];
  });
  return versionOverlayKey(member, Math.max(0, ...used));
}

/** [DOC-49] Whether the text is an entry of the list that the key names; its canonical form, or each problem with its path. */
export function checkJsonTerm(key: string, text: string): JsonRead {
  if (text.trim() === '') return no('', 'Write one entry as JSON.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return no('', `This is not JSON yet${placeOf(error.message, text)}.`);
  }
  const at = versionMember(key);
  if (at === null)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { ok: true, canonical: canonicalJson(value) }
      : no('', 'Write an object: the members that the row has no column for.');
  const schema = schemaOf(at.member, at.element !== null);
  if (schema === null) return no('', `A contract has no list that is called ${at.member}.`);
  const read = schema.safeParse(value, { reportInput: true });
  if (read.success) return { ok: true, canonical: canonicalJson(value) };
  return {
    ok: false,
    problems: read.error.issues.map((issue) => ({ path: pathText(issue.path), text: words(issue) })),
  };
}

/** The schema of one entry, or of the whole member; null where the version has none of that name. */
function schemaOf(member: string, element: boolean): z.ZodType | null {
  const found: unknown = Object.hasOwn(ContractVersion.shape, member)
    ? ContractVersion.shape[member as keyof typeof ContractVersion.shape]
    : undefined;
  const whole = found instanceof z.ZodOptional ? found.unwrap() : found;
  const wanted = element ? (whole instanceof z.ZodArray ? whole.element : null) : whole;
  return wanted instanceof z.ZodType ? wanted : null;
}

/** "due[0].amount". */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}${text === '' ? '' : '.'}${String(part)}`),
    '',
  );
}

function words(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'This is missing.';
      return issue.expected === 'string' && typeof issue.input === 'number'
        ? `Write it as text in quotes: "${issue.input}".`
        : `This must be ${issue.expected === 'array' ? 'a list' : issue.expected === 'string' ? 'text' : `of the kind ${issue.expected}`}.`;
    case 'unrecognized_keys':
      return `${issue.keys.map((name) => `"${name}"`).join(', ')} is not known here. Remove it, or correct its name.`;
    case 'invalid_value':
      return `Use one of ${issue.values.map((value) => `"${String(value)}"`).join(', ')}.`;
    default:
      return /[.!?]$/.test(issue.message) ? issue.message : `${issue.message}.`;
  }
}

/** Where reading stopped: ", line 3, column 5"; empty where the engine does not say. */
function placeOf(message: string, text: string): string {
  const position = /position (\d+)/.exec(message)?.[1];
  const before = position === undefined ? (/end of/i.test(message) ? text : null) : text.slice(0, Number(position));
  if (before === null) return '';
  const lines = before.split('\n');
  return `, line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
