import { formatVkey, SIGNATURE_TYPE, signerFromSeed, verifyBundle } from '@countersign/shared/history';
import { fixtureBundle, seedFor } from '@countersign/shared/history/fixture';
import { expect, it } from 'vitest';
import { kindOf, notVerified } from './verifyVerdict.ts';

it('[HIST-66] what does not verify is told what that means for its kind, and what to do', async () => {
  const { bytes } = await fixtureBundle();
  const audit = Buffer.from('{"format":"countersign.audit/1"}\n');
  const csv = Buffer.from('entry,time,personId\r\n');
  expect([bytes, audit, csv, new Uint8Array()].map(kindOf)).toEqual(['bundle', 'audit', 'unknown', 'unknown']);
  expect(notVerified('bundle', { code: 'signature' })).toMatch(/not what the workspace exported.* Do not import it/);
  expect(notVerified('bundle', { code: 'key' })).toMatch(/not known whose bundle.*--key/);
  expect(notVerified('audit', { code: 'signature' })).toMatch(
    /entries may be changed, missing or put in.*written again/,
  );
  expect(notVerified('audit', { code: 'workspace' })).toMatch(/not known whose history.*--key/);
  expect(notVerified('unknown', { code: 'format' })).toMatch(/none of the files that are signed.*A CSV/);
  for (const code of ['signature', 'key', 'chain'] as const)
    expect(notVerified('audit', { code })).not.toContain('import');
});

it('[HIST-66] a bundle without the demanded witnesses lacks them, and is not called changed', async () => {
  const { bytes, log } = await fixtureBundle();
  const { publicKey } = await signerFromSeed(seedFor('witness A'));
  const key = formatVkey('w.example/A', publicKey, SIGNATURE_TYPE.cosignature);
  const report = await verifyBundle(bytes, { vkey: log.vkey, witnessPolicy: `witness A ${key}\nquorum A\n` });
  expect(report).toMatchObject({ ok: false, failure: { text: expect.stringContaining('quorum of witnesses') } });
  if (!report.ok)
    expect(notVerified('bundle', report.failure)).toMatch(/witnesses are missing, once they cosign again/);
});
