// Bundles of many lives: one or two approvers, remarks, other devices, changed keys, witnesses, awkward text. Owns what differs from one
// to the next; everything in them is made by the product's own functions, from one seed.
import {
  type BundleParts,
  buildBundle,
  cosign,
  cosigner,
  formatVkey,
  parseWitnessPolicy,
  SIGNATURE_TYPE,
  signerFromSeed,
  webCryptoEd25519,
  withCosignatures,
} from '@countersign/shared/history';
import {
  FIXTURE_CONTENT,
  FIXTURE_VERSION,
  FixtureLog,
  fixtureDevice,
  fixtureStaff,
  ordinaryCast,
  seedFor,
  signedVersion,
} from '@countersign/shared/history/fixture';
import type { Random } from '../sim/random.ts';

export interface MadeBundle {
  readonly bytes: Uint8Array;
  /** The log's key that whoever checks it holds. */
  readonly vkey: string;
  readonly workspace: string;
}

const WORKSPACE = 'demo';
const LETTERS = [...'abcXYZ019 –“”€é\\"/\u0007\u2028\ud83d\ude00\u00ad'];

/** A small workbook of its own. */
function contentOf(random: Random): unknown {
  const word = (): string => Array.from({ length: random.int(0, 9) }, () => random.pick(LETTERS) ?? '').join('');
  const rows = Array.from({ length: random.int(1, 4) }, (_, i) => ({
    rowId: `r-${String(i).padStart(12, '0')}`,
    name: word(),
    rate: `${random.int(0, 9999)}.${random.int(1, 99)}`,
  }));
  return { ...FIXTURE_CONTENT, sheets: { lines: rows, rates: [] } };
}

/** The bundle of a random life. */
export async function makeBundle(random: Random): Promise<MadeBundle> {
  const staff = await fixtureStaff();
  const approvers = random.int(1, 3);
  const witnesses = random.chance(0.3) ? await threeWitnesses() : null;
  const policy = { approvers, ...(witnesses === null ? {} : { witnessPolicy: witnesses.policy }) };
  const log = await FixtureLog.open(staff.system, WORKSPACE, policy);
  for (const device of [staff.ops, staff.finance, staff.approver, staff.controller, staff.exporter])
    await log.enrol(staff.system, device);
  if (random.chance(0.3)) {
    const other = await fixtureDevice('u-ops', `d-other-${random.int(0, 1e6)}`);
    await log.enrol(staff.system, other);
    if (random.chance(0.5)) await log.revoke(staff.system, other);
  }
  const cast = {
    ...ordinaryCast(staff),
    approvers: approvers === 1 ? [staff.approver] : [staff.approver, staff.controller],
    ...(random.chance(0.3)
      ? { remark: { by: staff.controller, field: '$comment', place: { doc: FIXTURE_VERSION, epoch: 'e9' } } }
      : {}),
  };
  const content = contentOf(random);
  await signedVersion(log, staff, cast, FIXTURE_VERSION, content);
  const { vkey } = log;
  for (let change = random.int(0, 3); change > 0; change -= 1) await log.changeKey(staff.system, `key ${change}`);
  const parts: Partial<BundleParts> =
    witnesses === null ? {} : { checkpoint: await witnesses.cosign(await log.checkpoint()) };
  return {
    bytes: await buildBundle(await log.bundleParts(FIXTURE_VERSION, content, parts)),
    // Whoever holds an older key follows its changes.
    vkey: random.chance(0.5) ? vkey : log.vkey,
    workspace: WORKSPACE,
  };
}

async function threeWitnesses(): Promise<{ policy: string; cosign: (note: string) => Promise<string> }> {
  const all = await Promise.all(
    ['A', 'B', 'C'].map(async (name) => {
      const signer = await signerFromSeed(seedFor(`witness ${name}`));
      const key = formatVkey(`w.example/${name}`, signer.publicKey, SIGNATURE_TYPE.cosignature);
      return { line: `witness ${name} ${key}\n`, signer: cosigner(`w.example/${name}`, signer, () => 1.7e12) };
    }),
  );
  const policy = `${all.map(({ line }) => line).join('')}group g 2 A B C\nquorum g\n`;
  return {
    policy,
    cosign: async (note) => {
      const lines = await Promise.all(all.slice(0, 2).map(({ signer }) => cosign(note, signer)));
      return withCosignatures(note, lines, parseWitnessPolicy(policy), webCryptoEd25519);
    },
  };
}
