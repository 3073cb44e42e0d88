// What the tests of bundles share: a bundle made of a log and its verdict. Owns nothing of the rules.
import { expect } from 'vitest';
import {
  FIXTURE_CONTENT,
  FIXTURE_VERSION,
  type FixtureLog,
  type FixtureStaff,
  fixtureStaff,
  staffedLog,
} from '../../fixture/index.ts';
import { type BundleFailureCode, type BundleParts, type BundleReport, buildBundle, verifyBundle } from '../index.ts';

/** Bundles the fixture's version and verifies that; `changed` makes it a bundle that nobody should believe. */
export async function verdict(
  log: FixtureLog,
  changed: Partial<BundleParts> = {},
  vkey = log.vkey,
): Promise<BundleReport> {
  const bytes = await buildBundle(await log.bundleParts(FIXTURE_VERSION, FIXTURE_CONTENT, changed));
  return verifyBundle(bytes, { vkey });
}

export function expectFailure(report: BundleReport, code: BundleFailureCode, text: RegExp): void {
  expect(report).toMatchObject({ ok: false, failure: { code, text: expect.stringMatching(text) } });
}

/** A log in which everybody is enrolled, and then `run`. */
export async function logWith(run: (log: FixtureLog, staff: FixtureStaff) => Promise<void>): Promise<FixtureLog> {
  const staff = await fixtureStaff();
  const log = await staffedLog(staff);
  await run(log, staff);
  return log;
}
