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

/** The object with the overlay's members in place of its own. */
export function laidOver<T extends object>(base: T, overlay: Overlay | undefined): T {
  if (overlay === undefined) return base;
  const out: Record<string, unknown> = Object.fromEntries(Object.entries(base));
  for (const [key, value] of Object.entries(overlay)) {
    if (value === null) delete out[key];
    else out[key] = value;
  }
  // The result is checked against its schema before it is used.
  return out as T;
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
