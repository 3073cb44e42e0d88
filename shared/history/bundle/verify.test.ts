import { expect, test } from 'vitest';
import { canonicalJson } from '../../model/canonical.ts';
import { fromUtf8, toBase64, utf8 } from '../bytes.ts';
import { signerFromSeed } from '../ed25519.ts';
import {
  FIXTURE_CONTENT,
  fixtureBundle,
  fixtureDevice,
  fixtureStaff,
  ordinaryCast,
  seedFor,
  signedVersion,
} from '../fixture/index.ts';
import { signatureLineFor } from '../note.ts';
import { formatVkey, noteSigner } from '../vkey.ts';
import { verifyBundle } from './index.ts';
import { expectFailure, logWith, verdict } from './testKit/verdict.ts';

test('[HIST-44] a bundle of another workspace or another key is refused', async () => {
  const { log, bytes } = await fixtureBundle();
  expectFailure(await verifyBundle(bytes, { vkey: log.vkey, workspaceId: 'other' }), 'workspace', /not other/);
  const stranger = await signerFromSeed(seedFor('stranger'));
  const strangers = formatVkey(log.origin, stranger.publicKey);
  expectFailure(await verifyBundle(bytes, { vkey: strangers }), 'key', /another workspace key/);
  expectFailure(await verdict(log, { vkey: strangers }, strangers), 'checkpoint', /no signature is by a key/);
  expectFailure(await verdict(log, { workspace: 'other' }), 'workspace', /belongs to workspace demo/);
});

test('[HIST-45] the checkpoint carries exactly the workspace signature', async () => {
  const { log } = await fixtureBundle();
  const note = await log.checkpoint();
  const text = note.slice(0, note.indexOf('\n\n') + 1);
  const witness = noteSigner('witness.example', await signerFromSeed(seedFor('witness')));
  const extra = note + (await signatureLineFor(text, witness));
  expectFailure(await verdict(log, { checkpoint: extra }), 'checkpoint', /exactly one signature/);
  expectFailure(await verdict(log, { checkpoint: note + note.slice(text.length + 1) }), 'checkpoint', /exactly one/);
});

test('[HIST-46] a leaf outside the signed tree is refused', async () => {
  const { log } = await fixtureBundle();
  const wrong = (index: number) => log.tree.inclusionProof(index === 3 ? 2 : index);
  expectFailure(await verdict(log, { prove: wrong }), 'inclusion', /not in the log/);
  const old = await log.checkpoint(log.tree.size - 1);
  const proofs = (index: number, size: number) => (index < size ? log.tree.inclusionProof(index, size) : []);
  expectFailure(await verdict(log, { checkpoint: old, prove: proofs }), 'inclusion', /not in the log/);
});

test('[HIST-47] content and policy must be the ones that were approved', async () => {
  const { log } = await fixtureBundle();
  expectFailure(await verdict(log, { content: { ...FIXTURE_CONTENT, schema: 2 } }), 'content', /another content/);
  expectFailure(await verdict(log, { policy: { approvers: 2 } }), 'policy', /another policy/);
});

test('[HIST-48] nothing may be left out after the submission, and no key leaf in between', async () => {
  const { log } = await fixtureBundle();
  const without = (index: number) => ({ leaves: log.leaves.filter((leaf) => leaf.index !== index) });
  expectFailure(await verdict(log, without(10)), 'chain', /missing before/);
  expectFailure(await verdict(log, without(11)), 'chain', /missing before/);
  expectFailure(await verdict(log, without(6)), 'lifecycle', /0 create leaves/);
  expectFailure(await verdict(log, without(7)), 'chain', /missing before/);
  expectFailure(await verdict(log, without(9)), 'lifecycle', /no submission/);
  expectFailure(await verdict(log, without(4)), 'chain', /missing before/);
  const staff = await fixtureStaff();
  const two = await logWith((l) =>
    signedVersion(l, staff, { ...ordinaryCast(staff), approvers: [staff.approver, staff.controller] }),
  );
  expect((await verdict(two)).ok).toBe(true);
  const oneHidden = { leaves: two.leaves.filter((leaf) => leaf.index !== 10) };
  expectFailure(await verdict(two, oneHidden), 'chain', /missing before/);
});

test('[HIST-33] signatures of devices that are not enrolled, revoked, or of someone else are refused', async () => {
  const staff = await fixtureStaff();
  const stranger = await fixtureDevice('u-approver', 'd-stranger');
  const cast = ordinaryCast(staff);
  const byStranger = await logWith((log) => signedVersion(log, staff, { ...cast, approvers: [stranger] }));
  expectFailure(await verdict(byStranger), 'signature', /not enrolled/);
  const revoked = await logWith(async (log) => {
    await log.revoke(staff.system, staff.approver);
    await signedVersion(log, staff);
  });
  expectFailure(await verdict(revoked), 'signature', /revoked/);
  const borrowed = await logWith((log) => {
    const posing = { ...staff.ops, userId: 'u-approver' };
    return signedVersion(log, staff, { ...cast, approvers: [posing] });
  });
  expectFailure(await verdict(borrowed), 'signature', /belongs to u-ops/);
  const forged = await logWith((log) => {
    const forger = { ...staff.approver, signer: staff.ops.signer };
    return signedVersion(log, staff, { ...cast, approvers: [forger] });
  });
  expectFailure(await verdict(forged), 'signature', /not good/);
});

test('[HIST-31] a device without the right cannot enrol a second person', async () => {
  const staff = await fixtureStaff();
  const puppet = await fixtureDevice('u-puppet');
  const log = await logWith(async (l) => {
    await l.enrol(staff.ops, puppet);
    await signedVersion(l, staff, { ...ordinaryCast(staff), approvers: [puppet] });
  });
  expectFailure(await verdict(log), 'enrolment', /may not enrol a device of u-puppet/);
});

test('[HIST-33] a changed signature or payload inside a bundle is refused', async () => {
  const { log, bytes } = await fixtureBundle();
  const value = JSON.parse(fromUtf8(bytes));
  value.leaves[9].payload.part0.authors = [];
  expectFailure(await verifyBundle(utf8(`${canonicalJson(value)}\n`), { vkey: log.vkey }), 'payload', /not the one/);
  const signed = JSON.parse(fromUtf8(bytes));
  signed.leaves[9].leaf.sig = toBase64(new Uint8Array(64));
  expectFailure(
    await verifyBundle(utf8(`${canonicalJson(signed)}\n`), { vkey: log.vkey }),
    'inclusion',
    /not in the log/,
  );
});
