import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signerFromSeed, webCryptoEd25519 } from '../ed25519.ts';
import { FixtureLog, fixtureDevice, seedFor } from '../fixture/index.ts';
import { formatVkey, parseVkey, SIGNATURE_TYPE } from '../vkey.ts';
import {
  cosign,
  cosigner,
  isQuorum,
  openCosigned,
  PolicyError,
  parseWitnessPolicy,
  withCosignatures,
} from './index.ts';

const NOW = Date.parse('2026-11-21T00:00:00Z');

async function witness(name: string) {
  const signer = await signerFromSeed(seedFor(`witness ${name}`));
  const vkey = formatVkey(`witness.example/${name}`, signer.publicKey, SIGNATURE_TYPE.cosignature);
  return { vkey, signer: cosigner(`witness.example/${name}`, signer, () => NOW) };
}

const five = Promise.all(['A', 'B', 'C', 'D', 'E'].map(witness));

test('[HIST-90] [HIST-91] groups of groups decide whether named witnesses make the quorum', async () => {
  const [a, b, c, d, e] = await five;
  const policy = parseWitnessPolicy(
    [
      '# two of ours and any of theirs',
      `witness A ${a?.vkey}`,
      `witness\tB\t${b?.vkey} https://b.example/`,
      `  witness C ${c?.vkey}  `,
      'group ours 2 A B C',
      `witness D ${d?.vkey}`,
      `witness E ${e?.vkey}`,
      '',
      'group theirs any D E',
      'group all-of-it all ours theirs',
      'quorum all-of-it',
      '',
    ].join('\n'),
  );
  fc.assert(
    fc.property(fc.subarray(['A', 'B', 'C', 'D', 'E', 'ours']), (names) => {
      const has = new Set(names);
      const ours = ['A', 'B', 'C'].filter((name) => has.has(name)).length >= 2 || has.has('ours');
      expect(isQuorum(policy, has)).toBe(ours && (has.has('D') || has.has('E')));
    }),
    { seed: 90, numRuns: 500 },
  );
  expect(isQuorum(parseWitnessPolicy('quorum none\n'), new Set())).toBe(true);
});

test('[HIST-90] anything that is not a policy is refused with its line', async () => {
  const [a, b] = await five;
  const log = formatVkey('l', (await signerFromSeed(seedFor('l'))).publicKey);
  const wrong: [number, string][] = [
    [1, ''],
    [1, 'quorum none'],
    [1, 'quorum A\n'],
    [2, 'quorum none\nquorum none\n'],
    [1, 'log x\n'],
    [1, `log ${a?.vkey}\nquorum none\n`],
    [1, `witness A ${log}\nquorum A\n`],
    [2, `witness A ${a?.vkey}\nwitness B ${a?.vkey}\nquorum A\n`],
    [2, `witness A ${a?.vkey}\nwitness A ${b?.vkey}\nquorum A\n`],
    [1, `witness none ${a?.vkey}\nquorum none\n`],
    [2, `witness A ${a?.vkey}\ngroup g 2 A\nquorum g\n`],
    [2, `witness A ${a?.vkey}\ngroup g 0 A\nquorum g\n`],
    [2, `witness A ${a?.vkey}\ngroup g 01 A\nquorum g\n`],
    [2, `witness A ${a?.vkey}\ngroup g any A A\nquorum g\n`],
    [3, `witness A ${a?.vkey}\ngroup g any A\ngroup h any A\nquorum h\n`],
    [1, 'group g any g\nquorum g\n'],
    [1, 'gruop g\n'],
    [1, 'quorum none\r\n'],
    [1, `witness A ${a?.vkey}\n`],
  ];
  for (const [line, text] of wrong) {
    expect(() => parseWitnessPolicy(text), text).toThrow(PolicyError);
    expect(() => parseWitnessPolicy(text), text).toThrow(`line ${line}:`);
  }
});

test('[HIST-92] a cosigned checkpoint has one form; whoever answers badly spoils nobody else’s cosignature', async () => {
  const log = await FixtureLog.open(await fixtureDevice('u-system'));
  const note = await log.checkpoint();
  const vkey = parseVkey(log.vkey);
  const [a, b, c] = await five;
  if (a === undefined || b === undefined || c === undefined) throw new Error('there are five');
  const policy = parseWitnessPolicy(`witness A ${a.vkey}\nwitness B ${b.vkey}\ngroup g all A B\nquorum g\n`);
  const good = [await cosign(note, b.signer), await cosign(note, a.signer)];
  const stranger = await cosign(note, c.signer);
  const ofAnother = await cosign((await log.checkpoint(0)).replace('\n0\n', '\n7\n'), a.signer);
  const both = await withCosignatures(
    note,
    [ofAnother, stranger, 'nonsense\n', '', ...good, ...good],
    policy,
    webCryptoEd25519,
  );
  expect(await openCosigned(both, vkey, [policy], webCryptoEd25519)).toMatchObject({
    met: true,
    witnesses: ['A', 'B'],
  });
  expect(both).toBe(note + good[1] + good[0]);
  expect(await openCosigned(note + good[0], vkey, [policy], webCryptoEd25519)).toMatchObject({ met: false });
  for (const other of [note + good[0] + good[1], note + good[1] + good[1], note + stranger, note + ofAnother]) {
    await expect(openCosigned(other, vkey, [policy], webCryptoEd25519)).rejects.toMatchObject({ name: 'NoteError' });
  }
  const ownLog = `log ${log.vkey}\n`;
  const otherLog = `log ${formatVkey('other', (await signerFromSeed(seedFor('other'))).publicKey)}\n`;
  for (const [line, met] of [
    [ownLog, true],
    [otherLog, false],
    [otherLog + ownLog, true],
  ] as const) {
    const listed = parseWitnessPolicy(`${line}quorum none\n`);
    expect((await openCosigned(note, vkey, [listed], webCryptoEd25519)).met).toBe(met);
  }
});
