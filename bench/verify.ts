/**
 * (c) Checking a log of 1,000,000 entries beside SHA-256 over the same bytes. The tree is what makes a history unalterable; the
 * signatures say who wrote it. Both are shown, because only the first can be near the cost of a hash.
 * The log holds SIGNED entries, signed one by one; the tree walks them as often as it takes to reach the number asked for.
 * `node bench/verify.ts [ENTRIES] [SIGNED]`
 */
import { createHash, hash as oneShot } from 'node:crypto';
import {
  entryBytes,
  equalBytes,
  fsck,
  type LogReader,
  leafHash,
  leafSignature,
  MerkleTree,
  parseLeaf,
  RootAccumulator,
  signedMessage,
} from '@countersign/shared/history';
import { FixtureLog, fixtureDevice } from '@countersign/shared/history/fixture';
import { nodeEd25519, sha256 } from '../sync-server/history/nativeCrypto.ts';
import { withSignatureThread } from '../sync-server/history/signatureThread.ts';
import { count, ratio, say, sayMachine, spread, timed } from './measure.ts';

const ENTRIES = Number(process.argv[2] ?? 1_000_000);
const SIGNED = Number(process.argv[3] ?? 4000);

/** A log of edits of one device, signed one by one with the product's own functions. */
async function signedLog(): Promise<FixtureLog> {
  const system = await fixtureDevice('u-system');
  const author = await fixtureDevice('u-ops');
  const log = await FixtureLog.open(system);
  await log.enrol(system, author);
  await log.grant(system, author.userId, 'editor');
  const update = new Uint8Array(60).fill(7);
  while (log.leaves.length < SIGNED) {
    const i = log.leaves.length;
    const command = {
      id: `c${String(i).padStart(15, '0')}`,
      sheet: 'lines',
      rowId: 'r-aaaaaaaaaaaa',
      field: 'rate',
      from: `${i}.00`,
      to: `${i + 1}.00`,
      seen: String(i),
    };
    const part0 = { draftId: 'v-0123456789ab', commands: [command], updates: [{ sheet: 'lines', part: 1 }] };
    // Devices name the last checkpoint they verified; here none was.
    const alter = (entry: Parameters<NonNullable<Parameters<typeof log.append>[3]>['alter'] & object>[0]) => ({
      ...entry,
      seenSize: '0',
      seenRoot: '',
    });
    await log.append(author, 'edit', part0, { doc: 'v-0123456789ab', parts: [update], alter });
  }
  return log;
}

sayMachine('Checking the history');
const log = await signedLog();
const entries = log.leaves;
const bytes = entries.reduce((sum, entry) => sum + entry.bytes.length, 0);
const note = await log.checkpoint();
const rounds = Math.ceil(ENTRIES / entries.length);
const entryAt = (index: number): Uint8Array => entries[index % entries.length]?.bytes ?? new Uint8Array(0);

say(
  `${count(ENTRIES)} entries of ${count(bytes / entries.length)} bytes: ${count(entries.length)} signed ones, walked ${rounds} times.`,
);
const stream = await timed(2, () => {
  const all = createHash('sha256');
  for (let i = 0; i < ENTRIES; i += 1) all.update(entryAt(i));
  return all.digest();
});
const each = await timed(2, () => {
  // The cheapest way to ask for a hash; as a Buffer it takes about twice as long.
  for (let i = 0; i < ENTRIES; i += 1) oneShot('sha256', entryAt(i), 'binary');
});
const tree = await timed(2, () => {
  const root = new RootAccumulator(sha256);
  for (let i = 0; i < ENTRIES; i += 1) root.append(leafHash(entryAt(i), sha256));
  return root.root();
});
const parsed = await timed(3, () => {
  for (const entry of entries) parseLeaf(entry.bytes);
});
say(`SHA-256 over all the bytes as one stream        ${spread(stream)}`);
say(`SHA-256 of each entry alone                     ${spread(each)}`);
say(`root of the tree over them (leaf and node hashes) ${spread(tree)}`);
say(`reading ${count(entries.length)} of them in their strict form      ${spread(parsed)}`);
say(`root of the tree ÷ one stream    ${ratio(tree.median, stream.median)}   (the tree hashes twice as many messages)`);
say(`root of the tree ÷ each alone    ${ratio(tree.median, each.median)}`);
say();

const reader: LogReader = {
  size: async () => entries.length,
  leaf: async (index) => entries[index],
  checkpoint: async () => note,
  vkey: async () => log.vkey,
};
const whole = await timed(1, async () => {
  const report = await fsck(reader, { ed25519: nodeEd25519, sha256 });
  if (!report.ok) throw new Error(`the log does not check: ${report.findings[0]?.text}`);
});
// The product takes a second thread for logs of 10,000 entries and more; starting it is in this time.
const shared = await timed(1, () =>
  withSignatureThread(Number.POSITIVE_INFINITY, (ed25519) => fsck(reader, { ed25519, sha256 })),
);
const key = (await fixtureDevice('u-ops')).signer.publicKey;
const checks = entries.map((entry) => {
  const leaf = parseLeaf(entry.bytes);
  return { message: signedMessage(entryBytes(leaf.entry)), signature: leafSignature(leaf) };
});
const signatures = await timed(1, async () => {
  for (const { message, signature } of checks) await nodeEd25519.verify(key, message, signature);
});
const hashed = await timed(2, () => {
  const all = createHash('sha256');
  for (const entry of entries) {
    all.update(entry.bytes);
    if (entry.payload !== null) all.update(entry.payload);
  }
  return all.digest();
});
say(`Everything, ${count(entries.length)} entries: form, chains, payloads, tree and every signature`);
say(
  `countersign fsck                                ${spread(whole)}, ${count((entries.length * 1000) / whole.median)} entries a second`,
);
say(
  `with a second thread for signatures             ${spread(shared)}, ${count((entries.length * 1000) / shared.median)} entries a second`,
);
say(
  `their Ed25519 checks alone, node:crypto         ${spread(signatures)}, ${count((entries.length * 1000) / signatures.median)} a second`,
);
say(`SHA-256 over the same bytes as one stream       ${spread(hashed)}`);
say(
  `fsck ÷ SHA-256 ${ratio(whole.median, hashed.median)}; fsck ÷ its signature checks ${ratio(whole.median, signatures.median)}`,
);
say(
  `At that pace ${count(ENTRIES)} signed entries take ${(((whole.median / entries.length) * ENTRIES) / 1000).toFixed(0)} s.`,
);
say(
  `A root was compared with a signed checkpoint of ${count(log.tree.size)} entries: ${equalBytes(log.tree.root(), rootOf()) ? 'equal' : 'DIFFERENT'}.`,
);

function rootOf(): Uint8Array {
  const again = new MerkleTree(sha256);
  for (const entry of entries) again.append(leafHash(entry.bytes, sha256));
  return again.root();
}
