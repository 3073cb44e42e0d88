/**
 * Runs any vector file of the known schemas. Owns: telling the schemas apart and the outcome of each vector.
 * Must not: skip; a vector whose model is not built fails, and says so.
 */
import { canonicalJson } from '@countersign/shared/model';
import { DomainError } from '@countersign/shared/money';
import { runHistoryVectors } from '../history/conformance.ts';
import { ADVERTISING_RULES } from './advertising.ts';
import { asBag, type Bag, type Outputs, Reader, roundingOf, sameOutput } from './expect.ts';
import type { VectorOutcome } from './outcome.ts';
import { RATING_MODELS } from './rating.ts';

/** Runs a parsed vector file. Throws a typed error when it is of no known schema. */
export async function runVectors(file: unknown): Promise<VectorOutcome[]> {
  const bag = asBag(file);
  if (Array.isArray(bag.facts)) return runHistoryVectors(file);
  if (!Array.isArray(bag.vectors))
    throw new DomainError(
      'NOT_A_VECTOR_FILE',
      'This file has neither "vectors" nor "facts".',
      'Give a file of the schemas of rating.json, advertising.json or history.json.',
    );
  return bag.vectors.map((vector, index) => runVector(vector, index));
}

function runVector(value: unknown, index: number): VectorOutcome {
  let id = `#${index}`;
  let kind = 'unknown';
  let expected: unknown = null;
  try {
    const vector = asBag(value);
    if (typeof vector.id === 'string') id = vector.id;
    expected = vector.expected ?? null;
    const name = vector.model ?? vector.rule;
    if (typeof name !== 'string')
      throw new DomainError('VECTOR_FIELD', 'The vector names neither a model nor a rule.', 'Give "model" or "rule".');
    kind = name;
    const actual = compute(vector, name);
    if (actual === null)
      return {
        id,
        kind,
        pass: false,
        expected,
        actual: null,
        note: `The ${vector.model === undefined ? 'rule' : 'model'} "${name}" is not built.`,
      };
    return judge(id, kind, asBag(expected), actual);
  } catch (error) {
    // Whatever a vector provokes is that vector's failure and must not hide the others.
    return {
      id,
      kind,
      pass: false,
      expected,
      actual: null,
      note: error instanceof Error ? error.message : String(error),
    };
  }
}

function compute(vector: Bag, name: string): Outputs | null {
  const params = new Reader(vector.params === undefined ? {} : asBag(vector.params));
  const inputs = new Reader(vector.inputs === undefined ? {} : asBag(vector.inputs));
  if (vector.model !== undefined) {
    const model = Object.hasOwn(RATING_MODELS, name) ? RATING_MODELS[name] : undefined;
    return model === undefined
      ? null
      : model({ params, inputs, vector: new Reader(vector), rounding: roundingOf(vector.rounding) });
  }
  const rule = Object.hasOwn(ADVERTISING_RULES, name) ? ADVERTISING_RULES[name] : undefined;
  return rule === undefined ? null : rule({ params, inputs });
}

/** Passes when every output the file expects is there and equal; an output we do not have is a failure. */
function judge(id: string, kind: string, expected: Bag, computed: Outputs): VectorOutcome {
  const names = Object.keys(expected);
  const actual = Object.fromEntries(names.map((name) => [name, computed[name] ?? null]));
  const wrong = names.filter((name) => !Object.hasOwn(computed, name) || !sameOutput(expected[name], computed[name]));
  if (names.length === 0) return { id, kind, pass: false, expected, actual, note: 'The vector expects nothing.' };
  if (wrong.length === 0) return { id, kind, pass: true, expected, actual };
  return {
    id,
    kind,
    pass: false,
    expected,
    actual,
    note: wrong
      .map(
        (name) =>
          `${name}: expected ${canonicalJson(expected[name] ?? null)}, got ${canonicalJson(actual[name] ?? null)}`,
      )
      .join('; '),
  };
}
