/**
 * Stands in for Vitest's `describe` and `it` in mutation runs: collects tests so that they run in one process, again and
 * again. Owns: names and order of tests. Must not: judge them; `expect` is Vitest's own.
 */
export { expect } from 'vitest';

type Body = (...args: never[]) => unknown;

export interface Test {
  /** Unique: file, groups, name, and place among equal names. */
  readonly id: string;
  readonly name: string;
  readonly file: string;
  readonly run: () => unknown;
}

/** Tests in the order they were declared. */
export const tests: Test[] = [];
const taken = new Set<string>();
const groups: string[] = [];
let file = '';

/** What is declared from now on belongs to this file. */
export function startFile(name: string): void {
  file = name;
}

function declare(name: string, run: () => unknown): void {
  const full = [...groups, name].join(' > ');
  let id = `${file}#${full}`;
  for (let n = 2; taken.has(id); n += 1) id = `${file}#${full} (${n})`;
  taken.add(id);
  tests.push({ id, name: full, file, run });
}

/** One test for each row; the place of the row tells their names apart. */
const each =
  (declareOne: (name: string, run: () => unknown) => void) =>
  (rows: readonly unknown[]) =>
  (name: string, body: Body): void => {
    for (const [index, row] of rows.entries()) {
      const args = (Array.isArray(row) ? row : [row]) as never[];
      declareOne(`${name} [${index + 1}]`, () => body(...args));
    }
  };

function group(name: string, run: () => unknown): void {
  groups.push(name);
  run();
  groups.pop();
}

export const it = Object.assign((name: string, body: Body) => declare(name, () => body()), { each: each(declare) });
export const test = it;
export const describe = Object.assign(group, { each: each(group) });
