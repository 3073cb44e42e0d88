/**
 * Owns running published history vectors (`shared/vectors/history.json` and any file of its schema) through the public
 * functions of this folder. An unknown kind is a failure, never skipped. Runs in Node, browsers and Electron.
 */
import { z } from 'zod';
import type { VectorOutcome } from '../conformance/outcome.ts';
import { canonicalJson } from '../model/canonical.ts';
import { RUNS } from './conformanceKinds.ts';
import { type Ed25519, webCryptoEd25519 } from './ed25519.ts';

const factSchema = z.object({ id: z.string(), kind: z.string(), input: z.unknown(), expect: z.unknown() });
const fileSchema = z.object({ facts: z.array(factSchema) });

/** A file that is not of the history vector schema. */
export class VectorFileError extends Error {
  override readonly name = 'VectorFileError';
}

/** Whether the answer has every member that the file expects. A note's unknown names count once each. */
function agrees(kind: string, expected: unknown, actual: unknown): boolean {
  const wanted = z.record(z.string(), z.unknown()).safeParse(expected);
  const given = z.record(z.string(), z.unknown()).safeParse(actual);
  if (!wanted.success || !given.success) return false;
  const same = (member: string): boolean => {
    const [a, b] = [wanted.data[member], given.data[member]];
    if (kind === 'note-open' && member === 'unknown' && Array.isArray(a) && Array.isArray(b)) {
      return canonicalJson([...new Set(a)].sort()) === canonicalJson([...new Set(b)].sort());
    }
    return b !== undefined && canonicalJson(a) === canonicalJson(b);
  };
  return Object.keys(wanted.data).length > 0 && Object.keys(wanted.data).every(same);
}

async function runFact(fact: z.infer<typeof factSchema>, ed25519: Ed25519): Promise<VectorOutcome> {
  const base = { id: fact.id, kind: fact.kind, expected: fact.expect };
  const run = Object.hasOwn(RUNS, fact.kind) ? RUNS[fact.kind] : undefined;
  if (run === undefined) {
    return { ...base, pass: false, actual: undefined, note: `kind ${fact.kind} is not known to this runner` };
  }
  try {
    const actual = await run(fact.input, ed25519);
    return { ...base, pass: agrees(fact.kind, fact.expect, actual), actual };
  } catch (cause) {
    const note = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    return { ...base, pass: false, actual: undefined, note };
  }
}

/** Runs every fact of a history vector file; throws `VectorFileError` when the file is not of that schema. */
export async function runHistoryVectors(file: unknown, ed25519: Ed25519 = webCryptoEd25519): Promise<VectorOutcome[]> {
  const parsed = fileSchema.safeParse(file);
  if (!parsed.success) throw new VectorFileError(`not a history vector file: ${z.prettifyError(parsed.error)}`);
  const outcomes: VectorOutcome[] = [];
  for (const fact of parsed.data.facts) outcomes.push(await runFact(fact, ed25519));
  return outcomes;
}

/**
 * The value of a vector file's text. A whole number that JavaScript cannot hold exactly is kept as its digits, which the vectors' sizes may be
 * given as too: rounding it would ask another question than the file does.
 * @throws SyntaxError
 */
export function parseVectorFile(text: string): unknown {
  return JSON.parse(text, (_member: string, value: unknown, context?: { readonly source?: string }) => {
    const digits = context?.source;
    const isInexact = typeof value === 'number' && !Number.isSafeInteger(value) && digits !== undefined;
    return isInexact && /^-?[0-9]+$/.test(digits) ? digits : value;
  });
}
