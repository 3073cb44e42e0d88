/**
 * Test-only. The committed digests: of each case what went in and what came out, so that a changed generator is told apart
 * from changed arithmetic. Owns: the file's form and the comparison. Must not: write the file; `bless.ts` does.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '@countersign/shared/model';
import type { GoldenCase } from './cases.ts';

export interface Digest {
  readonly input: string;
  readonly output: string;
}

export interface Blessed {
  /** Version of the kernel that answered so. */
  readonly kernelVersion: string;
  /** Why bytes changed under this version. */
  readonly reasons: readonly string[];
  readonly digests: ReadonlyMap<string, Digest>;
}

/** The first 120 bits of SHA-256, as 20 characters. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 20);
}

export const inputDigest = (given: GoldenCase): string => digestOf(canonicalJson(given.input));

/** Reads the file: the kernel version, reasons behind "because", then name, input and output of each case, apart by tabs. */
export function readDigests(text: string): Blessed {
  const lines = text.trimEnd().split('\n');
  const after = (word: string): string[] =>
    lines.filter((line) => line.startsWith(word)).map((line) => line.slice(word.length));
  const rows = lines.map((line) => line.split('\t')).filter((cells) => cells.length === 3);
  return {
    kernelVersion: after('kernel ')[0] ?? '',
    reasons: after('because '),
    digests: new Map(rows.map(([name = '', input = '', output = '']) => [name, { input, output }])),
  };
}

export function writeDigests({ kernelVersion, reasons, digests }: Blessed): string {
  const lines = [...digests].map(([name, { input, output }]) => [name, input, output].join('\t'));
  return `${[`kernel ${kernelVersion}`, ...reasons.map((reason) => `because ${reason}`), ...lines].join('\n')}\n`;
}

/** The seeds of the changed contracts that are kept. */
export function seedsOf({ digests }: Blessed): number[] {
  return [...digests.keys()].filter((name) => name.startsWith('changed ')).map((name) => Number(name.slice(8)));
}

/** Why a case is not as blessed; null when it is. */
export function difference(name: string, now: Digest, blessed: Digest | undefined): string | null {
  if (blessed === undefined) return `${name}: no digest is kept of this case.`;
  if (blessed.input !== now.input) return `${name}: other contracts or facts go in than when it was blessed.`;
  if (blessed.output !== now.output) return `${name}: the same contract and facts give other bytes.`;
  return null;
}

/** So many differences are enough to look for their cause. */
const ENOUGH = 5;

/** Cases that are not as blessed, in words; stops after a few. */
export function differences(cases: readonly (GoldenCase & { readonly digest: string })[], blessed: Blessed): string[] {
  const found: string[] = [];
  for (const { name, digest, answer } of cases) {
    const text = difference(name, { input: digest, output: digestOf(answer()) }, blessed.digests.get(name));
    if (text !== null) found.push(text);
    if (found.length === ENOUGH) break;
  }
  return found;
}
