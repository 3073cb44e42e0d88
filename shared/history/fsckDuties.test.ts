import { expect, test } from 'vitest';
import { webCryptoEd25519 } from './ed25519.ts';
import {
  FIXTURE_CONTENT,
  FIXTURE_VERSION,
  type FixtureDevice,
  type FixtureLog,
  type FixtureStaff,
  fixtureStaff,
  grantRoles,
  ordinaryCast,
  signedVersion,
  staffedLog,
  type VersionCast,
} from './fixture/index.ts';
import { fsck } from './fsck.ts';
import { contentHash } from './keyring.ts';
import { parseLeaf } from './leaf.ts';

const BOUND = { versionId: FIXTURE_VERSION, contentHash: contentHash(FIXTURE_CONTENT) };
const PLACE = { doc: FIXTURE_VERSION };

/** What fsck says of a log in which everything is signed, chained and stored as it should be. */
async function faultsOf(log: FixtureLog): Promise<string[]> {
  const report = await fsck(
    {
      size: async () => log.leaves.length,
      leaf: async (index) => log.leaves[index],
      checkpoint: () => log.checkpoint(),
      vkey: async () => log.vkey,
    },
    { ed25519: webCryptoEd25519 },
  );
  return report.findings.map(({ code, index, text }) => {
    const leaf = log.leaves[index ?? -1];
    return `${code}, ${leaf === undefined ? '?' : parseLeaf(leaf.bytes).entry.kind}: ${text}`;
  });
}

async function lived(
  cast: Partial<VersionCast> = {},
  before?: (log: FixtureLog, staff: FixtureStaff) => Promise<unknown>,
): Promise<{ log: FixtureLog; staff: FixtureStaff }> {
  const staff = await fixtureStaff();
  const log = await staffedLog(staff);
  await grantRoles(log, staff);
  await before?.(log, staff);
  await signedVersion(log, staff, { ...ordinaryCast(staff), ...cast });
  return { log, staff };
}

test('[HIST-57] everybody who edits, submits, approves, executes and exports held the role by the log’s own entries', async () => {
  expect(await faultsOf((await lived()).log)).toEqual([]);
  for (const [user, role, said] of [
    ['u-ops', 'editor', ['edit: u-ops edits']],
    ['u-finance', 'editor', ['edit: u-finance edits', 'submit: u-finance submits', 'execute: u-finance executes']],
    ['u-approver', 'approver', ['approve: u-approver approves']],
    ['u-exporter', 'exporter', ['export: u-exporter exports']],
  ] as const) {
    const ended = await lived({}, (log, { system }) => log.grant(system, user, role, 'revoke'));
    const text = ', and held no role at this place of the log that allows it.';
    expect(await faultsOf(ended.log)).toEqual(said.map((what) => `duties, ${what}${text}`));
  }
});

test('[HIST-57] a role that is given after the step does not cover it, and one that ended does not either', async () => {
  const staff = await fixtureStaff();
  const { log } = await lived({ approvers: [staff.controller] });
  await log.grant(staff.system, 'u-controller', 'approver');
  expect(await faultsOf(log)).toHaveLength(1);
  const covered = await lived({ approvers: [staff.controller] }, (before) =>
    before.grant(staff.system, 'u-controller', 'approver'),
  );
  expect(await faultsOf(covered.log)).toEqual([]);
});

test('[HIST-57] nobody approves what they wrote or submitted, nor twice, nor exports as the only approver', async () => {
  const staff = await fixtureStaff();
  const both = (user: string, role: string) => (log: FixtureLog) => log.grant(staff.system, user, role);
  for (const [cast, user, role, said] of [
    [{ approvers: [staff.ops] }, 'u-ops', 'approver', ['u-ops approves a version that u-ops wrote in.']],
    [
      { submitter: staff.approver },
      'u-approver',
      'editor',
      ['u-approver approves a version that u-approver submitted.'],
    ],
    [{ approvers: [staff.approver, staff.approver] }, 'u-ops', 'viewer', ['u-approver approves the version twice.']],
    [{ exporter: staff.approver }, 'u-approver', 'exporter', ['u-approver exports the version as its only approver.']],
    [{ approvers: [] }, 'u-ops', 'viewer', ['Nobody approved what is executed.']],
    [{ authors: ['u-finance'] }, 'u-ops', 'viewer', ['The submission does not name u-ops, who wrote in the version.']],
  ] as const)
    expect((await faultsOf((await lived(cast, both(user, role))).log)).map((text) => text.split(': ')[1])).toEqual(
      said,
    );
});

test('[HIST-57] a remark asks for less and makes nobody a writer', async () => {
  const staff = await fixtureStaff();
  const remark = { by: staff.approver, field: '$comment', place: { ...PLACE, epoch: 'r', parts: [new Uint8Array(3)] } };
  expect(await faultsOf((await lived({ remark })).log)).toEqual([]);
  expect(await faultsOf((await lived({ remark: { ...remark, field: 'rate' } })).log)).toEqual([
    'duties, edit: u-approver edits, and held no role at this place of the log that allows it.',
    'duties, submit: The submission does not name u-approver, who wrote in the version.',
    'duties, approve: u-approver approves a version that u-approver wrote in.',
  ]);
});

test('[HIST-57] an edit behind the submission, and a decision on a submission that does not stand, are named', async () => {
  const { log, staff } = await lived();
  const edit = { draftId: FIXTURE_VERSION, commands: [], updates: [] };
  await log.append(staff.ops, 'edit', edit, { ...PLACE, epoch: 'late' });
  await log.append(staff.finance, 'withdraw', BOUND, PLACE);
  await log.append(staff.exporter, 'export', { ...BOUND, target: 'b', idempotencyKey: 'k' }, PLACE);
  expect(await faultsOf(log)).toEqual([
    'duties, edit: u-ops changes a version that is not a draft.',
    'duties, withdraw: The version was executed before, and cannot become a draft again.',
    'duties, export: No submission stands that this could be about.',
  ]);
});

test('[HIST-57] a role held in an emergency covers the step while it runs, unless somebody with a part in the version agreed', async () => {
  const emergency = (agrees: (staff: FixtureStaff) => FixtureDevice) =>
    lived({}, async (log, staff) => {
      await log.grant(staff.system, 'u-approver', 'approver', 'revoke');
      await log.grant(staff.system, 'u-approver', 'reviewer');
      await log.grant(staff.system, 'u-finance', 'exporter');
      const act = { action: 'ask', userId: 'u-approver', role: 'approver', minutes: 5 } as const;
      const reason = new TextEncoder().encode('Everybody else is away');
      const asked = await log.append(staff.ops, 'breakGlass', act, { parts: [reason] });
      const { leaf } = { leaf: log.tree.leaf(asked) };
      const askedHash = Array.from(leaf, (byte) => byte.toString(16).padStart(2, '0')).join('');
      await log.append(agrees(staff), 'breakGlass', { action: 'agree', asked: String(asked), askedHash });
    });
  expect(await faultsOf((await emergency(({ exporter }) => exporter)).log)).toEqual([]);
  expect(await faultsOf((await emergency(({ finance }) => finance)).log)).toEqual([
    'duties, approve: u-finance agreed to the emergency role that u-approver approves under, and has a part in the version.',
  ]);
});

test('[HIST-57] behind an entry that cannot be read nobody is accused, and the report says how far was judged', async () => {
  const { log } = await lived();
  const report = await fsck(
    {
      size: async () => log.leaves.length,
      // The role of the first editor.
      leaf: async (index) => (index === 6 ? undefined : log.leaves[index]),
      checkpoint: () => log.checkpoint(),
      vkey: async () => log.vkey,
    },
    { ed25519: webCryptoEd25519 },
  );
  expect(report.findings.map(({ code }) => code)).not.toContain('duties');
  expect(report.checked.join()).toContain('up to entry 6, which cannot be read');
});
