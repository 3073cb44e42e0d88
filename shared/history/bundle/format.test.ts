import { expect, test } from 'vitest';
import { canonicalJson } from '../../model/canonical.ts';
import { fromUtf8, utf8 } from '../bytes.ts';
import { FIXTURE_CONTENT, FIXTURE_VERSION, fixtureBundle } from '../fixture/index.ts';
import { parseLeaf } from '../leaf.ts';
import { readBundle, verifyBundle } from './index.ts';
import { expectFailure } from './testKit/verdict.ts';

test('[HIST-41] a good bundle verifies and says in words what was checked', async () => {
  const { log, bytes } = await fixtureBundle();
  const report = await verifyBundle(bytes, { vkey: log.vkey, workspaceId: 'demo' });
  expect(report.ok ? report.summary : report.failure).toMatchObject({
    versionId: FIXTURE_VERSION,
    contractId: 'c-fixture',
    approvers: ['u-approver'],
    exportedBy: 'u-exporter',
    content: FIXTURE_CONTENT,
  });
  expect(report.checked.length).toBeGreaterThan(8);
  expect(report.checked.join('\n')).toContain(
    'u-approver approved exactly this content under this policy at index 10.',
  );
});

test('[HIST-42] it carries every leaf of the version and of the keys, payloads only where they are checked', async () => {
  const { log, bytes } = await fixtureBundle();
  const bundle = readBundle(bytes);
  const wanted = log.leaves
    .filter(({ bytes: leaf }) => ['workspace', FIXTURE_VERSION].includes(parseLeaf(leaf).entry.doc))
    .map(({ index }) => String(index));
  expect(bundle.leaves.map(({ index }) => index)).toEqual(wanted);
  const withPayload = new Set(['create', 'import', 'submit', 'approve', 'execute', 'export', 'key']);
  for (const leaf of bundle.leaves) {
    const { kind } = leaf.leaf.entry;
    expect(leaf.payload !== null, `${kind} at ${leaf.index}`).toBe(withPayload.has(kind));
  }
});

test('[HIST-40] the bytes of a bundle are one canonical form with one newline', async () => {
  const { log, bytes } = await fixtureBundle();
  const text = fromUtf8(bytes);
  expect(text).toBe(`${canonicalJson(JSON.parse(text))}\n`);
  const options = { vkey: log.vkey };
  for (const other of [
    text.slice(0, -1),
    `${text}\n`,
    ` ${text}`,
    text.replace(',', ', '),
    text.replace('\n', '\r\n'),
  ]) {
    expect(await verifyBundle(utf8(other), options)).toMatchObject({ ok: false, failure: { code: 'notCanonical' } });
  }
});

test('[HIST-41] a file that is no bundle at all is refused in words', async () => {
  const { log } = await fixtureBundle();
  for (const other of ['', '\n', '{}\n', 'null\n', '[[[[\n', `${'['.repeat(200_000)}${']'.repeat(200_000)}\n`]) {
    expect((await verifyBundle(utf8(other), { vkey: log.vkey })).ok).toBe(false);
  }
});

test('[HIST-43] unknown members are refused at every level', async () => {
  const { log, bytes } = await fixtureBundle();
  const paths = [
    [],
    ['leaves', 0],
    ['leaves', 0, 'leaf'],
    ['leaves', 0, 'leaf', 'entry'],
    ['leaves', 0, 'leaf', 'env'],
  ];
  for (const path of paths) {
    const value = JSON.parse(fromUtf8(bytes));
    let at = value;
    for (const step of path) at = at[step];
    at.extra = '1';
    const report = await verifyBundle(utf8(`${canonicalJson(value)}\n`), { vkey: log.vkey });
    expectFailure(report, 'format', /extra/);
  }
});

test('[HIST-43] a member named __proto__ cannot hide in a bundle', async () => {
  const { log, bytes } = await fixtureBundle();
  const text = fromUtf8(bytes);
  for (const opening of ['"content":{', '"entry":{', '"part0":{']) {
    const smuggled = `${opening}"__proto__":{"a":"1"},`;
    const changed = utf8(text.replace(opening, smuggled));
    expect(changed.length).toBeGreaterThan(bytes.length);
    expect((await verifyBundle(changed, { vkey: log.vkey })).ok).toBe(false);
  }
});

test('[HIST-22] nesting deeper than 64 levels is refused before anything recursive reads it', async () => {
  const { log, bytes } = await fixtureBundle();
  for (const depth of [62, 63, 3000, 20_000]) {
    const nested = `"schema":${'['.repeat(depth)}${']'.repeat(depth)}`;
    const changed = utf8(fromUtf8(bytes).replace('"schema":1', nested));
    const code = depth < 63 ? 'content' : 'notCanonical';
    expect(await verifyBundle(changed, { vkey: log.vkey })).toMatchObject({ ok: false, failure: { code } });
  }
});
