// What the columns of a sheet cannot say, kept as JSON in terms whose key begins with "model.". Owns that notation: real agreements
// are never refused for being unusual, and a nested contract file comes back from the sheets as it went in.
import { canonicalJson } from '../canonical.ts';

const PREFIX = 'model.';

/** Members laid over an object; null takes a member away. */
export type Overlay = Readonly<Record<string, unknown>>;

/** Key of what belongs to one row of a sheet. */
export function rowOverlayKey(sheet: string, rowId: string): string {
  return `${PREFIX}${sheet}.${rowId}`;
}

/** Key of the n-th element (from 0) of a list of the version that has no sheet, or of a member that is no list. */
export function versionOverlayKey(member: string, element?: number): string {
  return element === undefined ? `${PREFIX}version.${member}` : `${PREFIX}version.${member}.${element + 1}`;
}

export function isOverlayKey(key: string): boolean {
  return key.startsWith(PREFIX);
}

/** A member of the version that an overlay key names; null for a row's key. `element` is null for a whole member. */
export function versionMember(key: string): { member: string; element: number | null } | null {
  const match = /^model\.version\.([A-Za-z]+)(?:\.(\d+))?$/.exec(key);
  if (match === null) return null;
  return { member: match[1] ?? '', element: match[2] === undefined ? null : Number(match[2]) };
}

/** The object with the overlay's members in place of its own. The result is checked against its schema before it is used. */
export function laidOver(base: object, overlay: Overlay | undefined): Record<string, unknown> {
  const members = new Map<string, unknown>(Object.entries(base));
  for (const [key, value] of Object.entries(overlay ?? {})) {
    if (value === null) members.delete(key);
    else members.set(key, value);
  }
  return Object.fromEntries(members);
}

/**
 * [DOC-48] The first member that the overlay says otherwise than the cells do; null when it only adds. What a cell shows is what
 * is billed: JSON beside the sheet may say more, never something else.
 */
export function contradiction(
  stated: object,
  overlay: Overlay | undefined,
  exempt: readonly string[] = [],
): string | null {
  const base = stated as Record<string, unknown>;
  const wrong = Object.entries(overlay ?? {}).find(
    ([member, value]) => !exempt.includes(member) && Object.hasOwn(base, member) && !covers(base[member], value),
  );
  return wrong?.[0] ?? null;
}

/** Whether the wanted value says everything that is stated, and perhaps more. */
function covers(stated: unknown, wanted: unknown): boolean {
  if (stated === undefined || stated === null || stated === '') return true;
  if (Array.isArray(stated))
    return (
      Array.isArray(wanted) && wanted.length === stated.length && stated.every((item, i) => covers(item, wanted[i]))
    );
  if (typeof stated !== 'object') return stated === wanted;
  if (typeof wanted !== 'object' || wanted === null) return false;
  return Object.entries(stated).every(([key, value]) => covers(value, (wanted as Record<string, unknown>)[key]));
}

/** The overlay that turns one object into the other; null when they are equal. Absent, undefined and null are one. */
export function differences(from: object, to: object): Overlay | null {
  const before = from as Record<string, unknown>;
  const after = to as Record<string, unknown>;
  const out: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const was = before[key] ?? null;
    const is = after[key] ?? null;
    if (canonicalJson(was) !== canonicalJson(is)) out[key] = is;
  }
  return Object.keys(out).length === 0 ? null : out;
}
