/**
 * A test runner for Stryker that keeps the kernel loaded and switches mutants in it, so that eight thousand of them can
 * be judged; one Vitest start for each would take hours. Owns: which tests may kill a mutant, their order, and that one
 * mutant leaves nothing behind for the next. Must not: change or skip what a test asserts.
 */
import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
} from '@stryker-mutator/api/test-runner';
import fc from 'fast-check';
import { startFile, type Test, tests } from './registry.ts';

/** Of the golden cases each second one; `npm test` compares all. */
const GOLDEN_EVERY = '2';
/** At most so many cases of each law, for the same reason. */
const LAW_RUNS = '10';
/**
 * Which part of the mutants is judged, chosen by what they are: 0-0.1 is a tenth, 0.1-0.2 another one. The others count as
 * errors, in no score.
 */
const [SAMPLE_FROM = 0, SAMPLE_TO = 1] = (process.env.MUTANT_SAMPLE ?? '0-1').split('-').map(Number);
const TESTS = 'shared/{money,billing,attribution,conformance,golden}/**/*.test.ts';
/** Slow files come last: most mutants are dead before them. */
const SLOW = [/golden/, /workedExamples/, /impact/, /payoutLaws/, /properties/];
const REGISTRY = new URL('./registry.ts', import.meta.url).href;

interface Instrumented {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: never;
}
const holder = globalThis as { __stryker__?: Instrumented };
holder.__stryker__ ??= {};
const instrumented = holder.__stryker__;

/** Slow files last, else by name. */
function order(a: string, b: string): number {
  const rank = (name: string): number => SLOW.findIndex((slow) => slow.test(name));
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

/** Whether a mutant belongs to the sample: by place and replacement, so that the same ones do each time. */
function isChosen({ fileName, location, replacement }: MutantRunOptions['activeMutant']): boolean {
  const place = JSON.stringify([relative(process.cwd(), fileName), location, replacement]);
  const share = createHash('sha256').update(place).digest().readUInt32BE() / 0x1_0000_0000;
  return share >= SAMPLE_FROM && share < SAMPLE_TO;
}

async function runTest(test: Test): Promise<TestResult> {
  const started = performance.now();
  const about = { id: test.id, name: test.name, fileName: join(process.cwd(), test.file) };
  try {
    await test.run();
    return { ...about, status: TestStatus.Success, timeSpentMs: performance.now() - started };
  } catch (error) {
    const failureMessage = error instanceof Error ? error.message : String(error);
    return { ...about, status: TestStatus.Failed, failureMessage, timeSpentMs: performance.now() - started };
  }
}

class KernelRunner implements TestRunner {
  private loaded = false;
  private judged = 0;
  private marked = false;

  capabilities() {
    return { reloadEnvironment: false };
  }

  async init(): Promise<void> {
    process.env.GOLDEN_EVERY ??= GOLDEN_EVERY;
    process.env.LAW_RUNS ??= LAW_RUNS;
    // A failing law need not be shrunk to count as failing.
    fc.configureGlobal({ endOnFailure: true });
    const sandbox = pathToFileURL(`${process.cwd()}/`);
    registerHooks({
      resolve(specifier, context, next) {
        const ours = context.parentURL?.startsWith(`${sandbox.href}shared/`) ?? false;
        if (ours && specifier === 'vitest') return { url: REGISTRY, shortCircuit: true };
        const folder = /^@countersign\/shared\/(\w+)$/.exec(specifier)?.[1];
        // The workspace link leads to the files that are not mutated.
        if (ours && folder !== undefined)
          return { url: new URL(`shared/${folder}/index.ts`, sandbox).href, shortCircuit: true };
        return next(specifier, context);
      },
    });
  }

  private async load(): Promise<void> {
    if (this.loaded) return;
    this.loaded = true;
    for (const name of globSync(TESTS).sort(order)) {
      startFile(name);
      await import(pathToFileURL(join(process.cwd(), name)).href);
    }
  }

  async dryRun(): Promise<DryRunResult> {
    await this.load();
    const results: TestResult[] = [];
    for (const test of tests) {
      instrumented.currentTestId = test.id;
      results.push(await runTest(test));
    }
    instrumented.currentTestId = undefined;
    const { mutantCoverage } = instrumented;
    return {
      status: DryRunStatus.Complete,
      tests: results,
      ...(mutantCoverage === undefined ? {} : { mutantCoverage }),
    };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    if (!isChosen(options.activeMutant)) return { status: MutantRunStatus.Error, errorMessage: 'Not in the sample.' };
    if (this.marked) throw new Error('An earlier mutant left its mark on this process.');
    instrumented.hitLimit = options.hitLimit;
    instrumented.hitCount = options.hitLimit === undefined ? undefined : 0;
    const isStatic = options.mutantActivation === 'static';
    if (isStatic) instrumented.activeMutant = options.activeMutant.id;
    try {
      await this.load();
    } catch (error) {
      return { status: MutantRunStatus.Error, errorMessage: String(error) };
    }
    const wanted = options.testFilter === undefined ? undefined : new Set(options.testFilter);
    const chosen = tests.filter((test) => wanted?.has(test.id) ?? true);
    this.judged += 1;
    for (const [index, test] of chosen.entries()) {
      instrumented.activeMutant = options.activeMutant.id;
      const result = await runTest(test);
      instrumented.activeMutant = undefined;
      if (result.status !== TestStatus.Failed) continue;
      const stuck = determineHitLimitReached(instrumented.hitCount, options.hitLimit);
      if (stuck !== undefined) return { status: MutantRunStatus.Timeout, reason: 'It ran without end.' };
      if (!isStatic) await this.checkMark(test);
      const { failureMessage } = result;
      return { status: MutantRunStatus.Killed, killedBy: [test.id], failureMessage, nrOfTests: index + 1 };
    }
    return { status: MutantRunStatus.Survived, nrOfTests: chosen.length };
  }

  /**
   * A kill counts only when the same test passes again without the mutant. If it does not, something was left behind: by
   * an earlier mutant, and this one is judged again in a new process; or by this one, and the next gets a new process.
   */
  private async checkMark(test: Test): Promise<void> {
    const again = await runTest(test);
    if (again.status !== TestStatus.Failed) return;
    this.marked = true;
    if (this.judged > 1) throw new Error('An earlier mutant left its mark on this process.');
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'kernel', KernelRunner)];
