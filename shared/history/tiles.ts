/**
 * Owns the arithmetic of C2SP tiles (height 8): where a tile lives and which tiles a tree of a given size has, so that
 * the log can be served as static files that others' tools read.
 */

/** Hashes in a full tile. */
export const TILE_WIDTH = 256;

/** [HIST-15] Path of tile number `index`: groups of three digits, every one but the last marked with `x`. */
export function tilePath(index: number | bigint): string {
  if (index < 0) throw new RangeError(`a tile index is not negative: ${index}`);
  const digits = BigInt(index).toString();
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.match(/.{3}/g) ?? [];
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
}

/** Tiles of one level: how many are full, and how many hashes the partial one holds (0 = none). */
export interface TileLevel {
  readonly full: number;
  readonly partial: number;
}

/** [HIST-15] Tiles of every level of a tree of `size` leaves, level 0 first. */
export function tileShape(size: number | bigint): TileLevel[] {
  if (size < 0) throw new RangeError(`a tree has no negative size: ${size}`);
  const levels: TileLevel[] = [];
  const width = BigInt(TILE_WIDTH);
  for (let hashes = BigInt(size); hashes > 0n; hashes /= width) {
    levels.push({ full: Number(hashes / width), partial: Number(hashes % width) });
  }
  return levels;
}
