import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { reasonOfBreakGlass } from './breakGlass.ts';
import { type BundleReport, buildBundle, verifyBundle } from './bundle/index.ts';
import { toHex, utf8 } from './bytes.ts';
import { webCryptoEd25519 } from './ed25519.ts';
import {
  FIXTURE_CONTENT,
  FIXTURE_VERSION,
  type FixtureDevice,
  type FixtureLog,
  type FixtureStaff,
  fixtureStaff,
  ordinaryCast,
  signedVersion,
  staffedLog,
} from './fixture/index.ts';
import { havePython, python } from './fixture/secondVerifier.ts';
import { fsck } from './fsck.ts';
import type { LogReader } from './fsckReport.ts';
import { leafHash } from './merkle.ts';
import { jsonPart, PayloadShapeError, parsePart0 } from './payloads.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-glass-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const REASON = 'The approvers are on one plane until the evening.';

/** Asks for the role of approver for the controller; gives the request's index. */
async function ask(log: FixtureLog, by: FixtureDevice, userId = 'u-controller', minutes = 1): Promise<number> {
  return log.append(by, 'breakGlass', { action: 'ask', userId, role: 'approver', minutes }, { parts: [utf8(REASON)] });
}

function agree(log: FixtureLog, by: FixtureDevice, asked: number): Promise<number> {
  const stored = log.leaves[asked];
  const askedHash = toHex(leafHash(stored?.bytes ?? new Uint8Array()));
  return log.append(by, 'breakGlass', { action: 'agree', asked: String(asked), askedHash });
}

const readerOf = (log: FixtureLog): LogReader => ({
  size: async () => log.leaves.length,
  leaf: async (index) => log.leaves[index],
  checkpoint: () => log.checkpoint(),
  vkey: async () => log.vkey,
});

interface Made {
  readonly log: FixtureLog;
  readonly staff: FixtureStaff;
  readonly bytes: Uint8Array;
  readonly report: BundleReport;
}

/** A version that the controller approved after these entries. */
async function bundleAfter(act: (log: FixtureLog, staff: FixtureStaff) => Promise<void>): Promise<Made> {
  const staff = await fixtureStaff();
  const log = await staffedLog(staff);
  await act(log, staff);
  await signedVersion(log, staff, { ...ordinaryCast(staff), approvers: [staff.controller] });
  const bytes = await buildBundle(await log.bundleParts(FIXTURE_VERSION, FIXTURE_CONTENT));
  return { log, staff, bytes, report: await verifyBundle(bytes, { vkey: log.vkey }) };
}

const CASES: Readonly<Record<string, (log: FixtureLog, staff: FixtureStaff) => Promise<void>>> = {
  held: async (log, { ops, exporter }) => {
    await agree(log, exporter, await ask(log, ops));
  },
  'agreed by an author': async (log, { ops, finance }) => {
    await agree(log, finance, await ask(log, ops));
  },
  'agreed by who asked': async (log, { exporter }) => {
    await agree(log, exporter, await ask(log, exporter));
  },
  'ended before': async (log, { ops, finance }) => {
    const asked = await ask(log, ops);
    await agree(log, finance, asked);
    await log.append(finance, 'breakGlass', { action: 'end', asked: String(asked) });
  },
  'of somebody else': async (log, { ops, exporter }) => {
    await agree(log, exporter, await ask(log, ops, 'u-approver'));
  },
  'not agreed to': async (log, { ops }) => {
    await ask(log, ops);
  },
};

describe('bundles', () => {
  test('[GLASS-20] an approval under break-glass verifies, and the report names it with both people', async () => {
    const { report, bytes } = await bundleAfter(CASES.held ?? (async () => undefined));
    if (!report.ok) throw new Error(report.failure.text);
    expect(report.summary.emergencies).toEqual([
      expect.objectContaining({ step: 'approve', userId: 'u-controller', role: 'approver', agreedBy: 'u-exporter' }),
    ]);
    expect(report.checked.join('\n')).toMatch(
      /In an emergency: u-controller approved \(entry \d+\) as approver .*; u-ops asked \(entry 6\) and u-exporter agreed\./,
    );
    // Why nobody could be reached stays with the workspace.
    expect(new TextDecoder().decode(bytes)).not.toContain('plane');
  });

  test('[GLASS-8] an approver in an emergency whom an author agreed to makes no good bundle', async () => {
    const { report } = await bundleAfter(CASES['agreed by an author'] ?? (async () => undefined));
    expect(report).toMatchObject({
      ok: false,
      failure: { code: 'duties', text: expect.stringMatching(/agreed to, who wrote/) },
    });
  });

  test.each(['agreed by who asked', 'ended before', 'of somebody else', 'not agreed to'])(
    '[GLASS-20] no step counts as one under break-glass: %s',
    async (name) => {
      const { report } = await bundleAfter(CASES[name] ?? (async () => undefined));
      expect(report.ok ? report.summary.emergencies : report.failure).toEqual([]);
    },
  );

  test('[GLASS-20] no entry about emergency roles that another of its document follows can be left out', async () => {
    const { log } = await bundleAfter(async (made, staff) => {
      await CASES.held?.(made, staff);
      await made.enrol(staff.system, { ...staff.ops, deviceId: 'd-later' });
    });
    const parts = await log.bundleParts(FIXTURE_VERSION, FIXTURE_CONTENT);
    for (const index of [6, 7]) {
      const leaves = parts.leaves.filter((leaf) => leaf.index !== index);
      const report = await verifyBundle(await buildBundle({ ...parts, leaves }), { vkey: log.vkey });
      expect(report).toMatchObject({ ok: false, failure: { code: 'chain' } });
    }
  });

  test('[HIST-62] [GLASS-20] the second verifier agrees', { timeout: 120_000 }, async () => {
    if (!(await havePython())) return;
    for (const [name, act] of Object.entries(CASES)) {
      const { log, bytes, report } = await bundleAfter(act);
      const path = join(folder, 'emergency.bundle');
      writeFileSync(path, bytes);
      const ran = await python('--json', '--key', log.vkey, path);
      expect(ran.err, name).toBe('');
      expect(JSON.parse(ran.out).code, name).toBe(report.ok ? null : report.failure.code);
    }
  });
});

describe('stored logs', () => {
  test('[GLASS-21] fsck replays them with the roles of the log and names what may not stand', async () => {
    const staff = await fixtureStaff();
    const log = await staffedLog(staff);
    for (const [userId, role] of [
      ['u-ops', 'editor'],
      ['u-controller', 'editor'],
      ['u-exporter', 'exporter'],
    ] as const)
      await log.append(staff.system, 'role', { action: 'grant', userId, role });
    const asked = await ask(log, staff.ops);
    await agree(log, staff.exporter, asked);
    const good = await fsck(readerOf(log), { ed25519: webCryptoEd25519 });
    expect(good.findings).toEqual([]);
    const late = await ask(log, staff.finance, 'u-ops');
    await agree(log, staff.ops, asked);
    await log.append(staff.ops, 'breakGlass', { action: 'end', asked: String(asked) }, { doc: 'v-elsewhere' });
    const report = await fsck(readerOf(log), { ed25519: webCryptoEd25519 });
    expect(report.findings.map(({ index, text }) => [index, text])).toEqual([
      [late, expect.stringMatching(/may not stand: Auditors, viewers and people without a role do not ask/)],
      [late + 1, expect.stringMatching(/may not stand: Somebody agreed to this request/)],
      [late + 2, 'The entry about an emergency role stands outside the workspace document.'],
    ]);
  });

  test('[GLASS-1] a request has its reason as the only further part, in words', () => {
    const act = { action: 'ask', userId: 'u-ops', role: 'approver', minutes: 5 } as const;
    const part0 = jsonPart(act);
    expect(reasonOfBreakGlass(act, [part0, utf8(REASON)])).toBe(REASON);
    const wrong = [[], [utf8('short')], [utf8(` ${REASON}`)], [new Uint8Array([0xff])], [utf8('x'.repeat(1001))]];
    for (const rest of wrong) expect(() => reasonOfBreakGlass(act, [part0, ...rest])).toThrow(PayloadShapeError);
    expect(() => reasonOfBreakGlass({ action: 'end', asked: '5' }, [part0, utf8(REASON)])).toThrow(PayloadShapeError);
    for (const minutes of [0, 61, 1.5])
      expect(() => parsePart0('breakGlass', jsonPart({ ...act, minutes }))).toThrow(PayloadShapeError);
    expect(() => parsePart0('breakGlass', jsonPart({ ...act, role: 'editor' }))).toThrow(PayloadShapeError);
  });
});
