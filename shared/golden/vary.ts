/**
 * Test-only. Contracts and facts that are changed by chance: a member dropped, doubled, turned, or taken over from another
 * contract, so that refusals, notes and rare terms are reached that no generator writes. Owns: the ways to change a value.
 * Must not: know which change is an error; the kernel says so.
 */
import { type Dice, dice } from './dice.ts';

type Json = string | number | boolean | null | Json[] | Members;
interface Members {
  [name: string]: Json;
}
/** What stands under a name anywhere in the corpus. */
export type Donors = ReadonlyMap<string, readonly Json[]>;
/** A value and how to put another in its place; undefined takes it out. */
interface Spot {
  readonly name: string;
  readonly value: Json;
  readonly put: (value: Json | undefined) => void;
}

const isMembers = (value: Json): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const copy = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json;

/** Every value below this one, with the name it stands under; entries of a list have the list's name and "[]". */
function spots(value: Json, name: string): Spot[] {
  if (Array.isArray(value))
    return value.flatMap((entry, i) => [
      {
        name: `${name}[]`,
        value: entry,
        put: (other: Json | undefined) => void (other === undefined ? value.splice(i, 1) : value.splice(i, 1, other)),
      },
      ...spots(entry, `${name}[]`),
    ]);
  if (!isMembers(value)) return [];
  return Object.keys(value).flatMap((key) => [
    {
      name: key,
      value: value[key] as Json,
      put: (other: Json | undefined) => {
        if (other === undefined) delete value[key];
        else value[key] = other;
      },
    },
    ...spots(value[key] as Json, key),
  ]);
}

/** Values of the corpus by the name they stand under, each once. */
export function donorsOf(corpus: readonly unknown[]): Donors {
  const found = new Map<string, Map<string, Json>>();
  for (const input of corpus)
    for (const { name, value } of spots(input as Json, '')) {
      const texts = found.get(name) ?? new Map<string, Json>();
      texts.set(JSON.stringify(value), value);
      found.set(name, texts);
    }
  return new Map([...found].map(([name, texts]) => [name, [...texts.values()]]));
}

/** What is changed, the contract most often. */
const PARTS = [...Array<string>(9).fill('versions'), 'facts', 'facts', 'facts', 'period', 'asOf'];
const LISTS = new Set(['delivery', 'touches', 'actions', 'versions[]']);
const DATE = /^\d{4}-\d{2}-\d{2}/;
const DECIMAL = /^-?\d+(\.\d+)?$/;
const DAYS = [-400, -31, -1, 1, 15, 62, 365];

function otherDate(text: string, by: Dice): string {
  if (by.number(8) === 0) return text.replace(/-\d{2}(?=$|T)/, '-31');
  const at = Date.parse(`${text.slice(0, 10)}T00:00:00Z`) + (by.one(DAYS) ?? 1) * 86_400_000;
  return Number.isFinite(at) ? new Date(at).toISOString().slice(0, 10) + text.slice(10) : 'some day';
}

function otherDecimal(text: string, by: Dice): string {
  const whole = /^\d+$/.test(text);
  const ways = ['0', '1', `-${text}`, `${text}0`, `0${text}`, whole ? `${text}.005` : `${text}7`, '100', '100.01'];
  return by.one([...ways, ...ways, '1e3', '', 'much', '12345678901234']) ?? '0';
}

/** The value changed a little, or to what its kind must not be. */
function changed({ name, value }: Spot, donors: Donors, by: Dice): Json | undefined {
  const ways: (() => Json | undefined)[] = [() => undefined];
  const others = donors.get(name) ?? [];
  const donate = (): Json => copy(by.one(others) ?? null);
  if (others.length > 1) ways.push(donate, donate, donate);
  if (typeof value === 'boolean') ways.push(() => !value);
  if (typeof value === 'number') ways.push(() => by.one([0, -1, value + 1, value * 2, 0.5, 13, 100]) ?? 0);
  if (typeof value === 'string') {
    if (DATE.test(value)) ways.push(() => otherDate(value, by));
    else if (DECIMAL.test(value)) ways.push(() => otherDecimal(value, by));
    else ways.push(() => by.one(['', 'OTHER', value.toLowerCase(), `${value}x`]) ?? '');
  }
  if (Array.isArray(value)) {
    const first = value[0];
    ways.push(
      () => [],
      () => [...value].reverse(),
      () => [...value, ...value].map(copy),
    );
    if (first !== undefined)
      ways.push(
        () => [...value, copy(first)],
        () => [copy(first)],
      );
  }
  if (isMembers(value)) {
    ways.push(() => ({ ...value, madeUp: '1' }));
    // A member that another of its kind has, and this one does not.
    const graft = (): Json => {
      const other = by.one(others.filter(isMembers));
      const missing = Object.keys(other ?? {}).filter((key) => !Object.hasOwn(value, key));
      const key = by.one(missing);
      return key === undefined || other === undefined ? { ...value } : { ...value, [key]: copy(other[key] as Json) };
    };
    ways.push(graft, graft, graft, graft);
  }
  return by.one(ways)?.();
}

/** One of the corpus with one to three changes, the same for the same seed. */
export function varied(corpus: readonly unknown[], donors: Donors, seed: number): unknown {
  const by = dice(seed);
  const input = copy((by.one(corpus) ?? {}) as Json);
  for (let left = 1 + by.number(3); left > 0; left -= 1) {
    const part = by.one(PARTS) ?? 'versions';
    const below = isMembers(input) ? input[part] : undefined;
    if (below === undefined) continue;
    if (part === 'period' || part === 'asOf') {
      const spot = { name: part, value: below, put: () => undefined };
      (input as Members)[part] = changed(spot, donors, by) ?? below;
      continue;
    }
    // The lists of facts and the list of versions themselves stay: a preview without them cannot be asked for.
    const spot = by.one(spots(below, part).filter(({ name }) => !LISTS.has(name)));
    if (spot !== undefined) spot.put(changed(spot, donors, by));
  }
  return input;
}
