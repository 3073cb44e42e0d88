import { isAuditFile, readAuditFile, verifyAuditFile } from '@countersign/shared/history';
import type { LogPage, Problem } from '@countersign/shared/protocol/api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkFolder } from '../cli/fsck.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, startTestServer, type TestServer } from '../testKit/testServer.ts';
import { csvField } from './auditCsv.ts';
import { MOST_AT_ONCE, Reads } from './reads.ts';

let server: TestServer;
let versionId: string;
let clock = Date.parse('2026-11-20T21:00:00.000Z');

const person = (id: string): Promise<TestPerson> => TestPerson.signIn(server.url, id);

async function audit(of: TestPerson, query: string): Promise<{ status: number; bytes: Uint8Array; type: string }> {
  const answer = await fetch(`${of.url}/api/v1/audit?${query}`, { headers: { authorization: `Bearer ${of.token}` } });
  return {
    status: answer.status,
    bytes: new Uint8Array(await answer.arrayBuffer()),
    type: answer.headers.get('content-type') ?? '',
  };
}

/** Fields of RFC 4180 text, read by other code than wrote it. */
function csv(bytes: Uint8Array): Record<string, string>[] {
  const records: string[][] = [];
  const text = new TextDecoder().decode(bytes);
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    if (records.length === 0) records.push([]);
    records.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\r\n') records.push([]);
  }
  const [heading = [], ...rows] = records.slice(0, -1);
  return rows.map((fields) => Object.fromEntries(heading.map((name, i) => [name, fields[i] ?? ''])));
}

beforeAll(async () => {
  server = await startTestServer({}, { now: () => new Date(clock) });
  versionId = await createSample(server);
  const finance = await person('u-finance');
  const draft = await finance.openDraft(versionId);
  await draft.edit(draft.command('lines', ROW.one, 'rate', '150.00'));
  clock = Date.parse('2026-11-21T03:00:00.000Z');
  await draft.edit(draft.command('lines', ROW.two, 'product', '=1+1'));
  // [AUD-7] By this clock what finance opened is due, and the server writes it whenever it looks next: among the entries that are counted below,
  // were it not written now.
  await server.services.openings.write('due');
  await vi.waitUntil(async () => (await server.services.storage.logOfDoc('reads', 0, 1)).length === 1, {
    timeout: 60_000,
  });
});
afterAll(() => server.dispose());

describe('the readable audit', () => {
  it('[AUD-1] says who, when, which cell, from, to, one line a change', async () => {
    const { bytes, type } = await audit(await person('u-auditor'), `doc=${versionId}&format=csv`);
    expect(type).toBe('text/csv; charset=utf-8');
    const lines = csv(bytes);
    expect(lines.map(({ kind }) => kind)).toEqual(['create', 'edit', 'edit']);
    expect(lines[1]).toMatchObject({
      time: '2026-11-20T21:00:00.000Z',
      personId: 'u-finance',
      documentId: versionId,
      sheet: 'lines',
      column: 'Rate',
      from: '100.00',
      to: '150.00',
    });
  });

  it('[AUD-1] is cut by document, person and period', async () => {
    const auditor = await person('u-auditor');
    const kinds = async (query: string) => csv((await audit(auditor, `${query}&format=csv`)).bytes).map(({ to }) => to);
    expect(await kinds(`doc=${versionId}&user=u-finance`)).toEqual(['150.00', "'=1+1"]);
    expect(await kinds(`doc=${versionId}&user=u-finance&from=2026-11-21`)).toEqual(["'=1+1"]);
    expect(await kinds(`doc=${versionId}&user=u-finance&to=2026-11-20`)).toEqual(['150.00']);
    expect(await kinds(`doc=${versionId}&from=2026-11-20T21:00:00.001Z&to=2026-11-21T03:00:00.000Z`)).toEqual([]);
    expect((await audit(auditor, 'format=csv&from=yesterday')).status).toBe(400);
  });

  it('[SCR-16] on screen it is cut as in the file: by period, and by person also where the server signed for them', async () => {
    const auditor = await person('u-auditor');
    const entries = async (query: string) => (await auditor.get<LogPage>(`/log?${query}`)).body.entries;
    const values = async (query: string) =>
      (await entries(`doc=${versionId}&kind=edit&${query}`)).map(({ changes }) => changes[0]?.to);
    expect(await values('user=u-finance')).toEqual(['=1+1', '150.00']);
    expect(await values('from=2026-11-21')).toEqual(['=1+1']);
    expect(await values('to=2026-11-20')).toEqual(['150.00']);
    expect(await values('from=2026-11-20T21:00:00.001Z&to=2026-11-21T03:00:00.000Z')).toEqual([]);
    await audit(auditor, `doc=${versionId}&format=csv`);
    const [read] = await entries('doc=reads&user=u-auditor&limit=1');
    expect(read).toMatchObject({ userId: 'u-auditor', kind: 'read' });
    expect(await entries('doc=reads&user=u-nobody')).toEqual([]);
  });

  it('[SCR-16] pages of one person go on where the last one ended', async () => {
    const auditor = await person('u-auditor');
    const found: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const { body }: { body: LogPage } = await auditor.get<LogPage>(
        `/log?doc=${versionId}&user=u-finance&limit=1${next === '' ? '' : `&before=${next}`}`,
      );
      found.push(...body.entries.map(({ changes }) => changes[0]?.to ?? ''));
      next = body.next;
    }
    expect(found).toEqual(['=1+1', '150.00']);
  });

  it('[AUD-3] no text runs as a formula in a spreadsheet, and numbers stay numbers', () => {
    expect(['-12.50', '0', '1250.5'].map(csvField)).toEqual(['-12.50', '0', '1250.5']);
    expect(['=A1', '+1', '@x', '-x', '\t=1'].map((text) => csvField(text).replace(/^"/, '').charAt(0))).toEqual(
      Array(5).fill("'"),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        const [record] = csv(new TextEncoder().encode(`a,b\r\n${csvField(text)},x\r\n`));
        const read = record?.a ?? '';
        expect(read === text || read === `'${text}`).toBe(true);
        expect(/^\s*[=+@]/.test(read)).toBe(false);
      }),
      { seed: 3, numRuns: 2000 },
    );
  });

  it('[AUD-2] the signed file verifies with the workspace key alone, and with any byte changed it does not', async () => {
    const { bytes } = await audit(await person('u-auditor'), `doc=${versionId}&format=bundle`);
    const vkey = server.services.history.keys.vkeyText;
    expect(isAuditFile(bytes)).toBe(true);
    expect(await verifyAuditFile(bytes, { vkey })).toMatchObject({ ok: true, summary: { entries: 3, complete: true } });
    expect(readAuditFile(bytes).names.users['u-finance']).toBe('Finance');
    for (let at = 0; at < bytes.length; at += 97) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect((await verifyAuditFile(changed, { vkey })).ok, `byte ${at}`).toBe(false);
    }
  });

  it('[AUD-2] the whole log and one person’s part of it are signed as well', async () => {
    const auditor = await person('u-auditor');
    const vkey = server.services.history.keys.vkeyText;
    const whole = await verifyAuditFile((await audit(auditor, 'format=bundle')).bytes, { vkey });
    expect(whole).toMatchObject({ ok: true, summary: { complete: true } });
    const query = `format=bundle&user=u-finance&doc=${versionId}`;
    const one = await verifyAuditFile((await audit(auditor, query)).bytes, { vkey });
    expect(one).toMatchObject({ ok: true, summary: { entries: 2, complete: false } });
  });

  it('[AUD-4] the whole history is for auditors and admins, one version’s for its readers', async () => {
    const viewer = await person('u-viewer');
    expect((await audit(viewer, 'format=csv')).status).toBe(403);
    expect((await audit(viewer, 'format=bundle&doc=workspace')).status).toBe(403);
    expect((await audit(viewer, 'format=csv&doc=reads')).status).toBe(403);
    expect((await audit(viewer, `format=csv&doc=${versionId}`)).status).toBe(200);
  });
});

describe('reads that matter', () => {
  const reads = async (): Promise<string[]> => {
    const { body } = await (await person('u-auditor')).get<LogPage>('/log?doc=reads&limit=200');
    return body.entries.map(({ text }) => text);
  };

  it('[AUD-5] an exported audit is itself an entry, with who and how many', async () => {
    await audit(await person('u-auditor'), `doc=${versionId}&format=csv`);
    // As the server does by itself at any moment: nothing is due any more.
    await server.services.openings.write('due');
    expect((await reads())[0]).toMatch(/^Auditor exported 3 entries of the history, .*document N-1, version 1/);
  });

  it('[AUD-6] a copy of more than 200 rows, a print and a saved file are entries; a small copy is not', async () => {
    const viewer = await person('u-viewer');
    const before = (await reads()).length;
    const report = (action: string, rows: number, version = versionId) =>
      viewer.post<Problem>('/reads', { action, versionId: version, sheet: 'lines', rows });
    expect((await report('copy', 200)).status).toBe(204);
    expect((await reads()).length).toBe(before);
    for (const action of ['copy', 'print', 'export']) expect((await report(action, 201)).status).toBe(204);
    expect((await reads()).slice(0, 3)).toEqual([
      'Viewer saved 201 rows of N-1, version 1, lines to a file.',
      'Viewer printed 201 rows of N-1, version 1, lines.',
      'Viewer copied 201 rows of N-1, version 1, lines.',
    ]);
    expect((await report('copy', 201, 'v-none')).status).toBe(404);
  });

  it('[AUD-5] nobody floods the log by reading: what is beyond a few a minute becomes one leaf', async () => {
    const { history, log } = server.services;
    const own = new Reads(history, log, () => new Date(clock));
    const size = history.size;
    for (let i = 0; i < 100; i += 1) await own.note({ by: 'u-viewer', subject: versionId, action: 'print', count: 5 });
    expect(history.size).toBe(size + MOST_AT_ONCE);
    await own.flush();
    expect(history.size).toBe(size + MOST_AT_ONCE + 1);
    expect((await reads())[0]).toBe(`Viewer printed ${5 * (100 - MOST_AT_ONCE)} rows of N-1, version 1.`);
  });
});

describe('erasing', () => {
  it('[ERA-1] the content of a read goes and the entry stays; what versions rest on is not erased', async () => {
    const admin = await person('u-admin');
    const viewer = await person('u-viewer');
    await viewer.post('/reads', { action: 'print', versionId, rows: 7 });
    const { body } = await admin.get<LogPage>('/log?doc=reads&limit=1');
    const index = body.entries[0]?.index ?? '';
    const erase = (who: TestPerson, at: string) =>
      who.post<{ index: string } & Problem>(`/log/${at}/erase`, { reason: 'asked by the person' });
    expect((await erase(viewer, index)).status).toBe(403);
    expect((await erase(admin, index)).status).toBe(200);
    expect((await erase(admin, index)).body).toMatchObject({ code: 'notErasable' });
    expect((await server.services.storage.logRow(Number(index)))?.payload).toBe(null);
    const of = await server.services.storage.logOfDoc(versionId, 0, 1);
    expect((await erase(admin, String(of[0]?.index))).body).toMatchObject({ code: 'notErasable' });
    const page = (await admin.get<LogPage>('/log?doc=reads&limit=2')).body;
    expect(page.entries.map(({ kind }) => kind)).toEqual(['erase', 'read']);
    const file = await audit(await person('u-auditor'), 'format=bundle&doc=reads');
    const vkey = server.services.history.keys.vkeyText;
    expect(await verifyAuditFile(file.bytes, { vkey })).toMatchObject({ ok: true, summary: { erased: 1 } });
    expect((await audit(await person('u-auditor'), 'format=csv')).status).toBe(200);
    await server.stop();
    expect(await checkFolder(server.dataDir)).toMatchObject({ ok: true });
    server = await startTestServer({ dataDir: server.dataDir }, { now: () => new Date(clock) });
  });
});

describe('names in the history', () => {
  it('[SRV-43] a removed row keeps its name in the history, and a term is called as on its sheet', async () => {
    const other = await createSample(server);
    const draft = await (await person('u-ops')).openDraft(other);
    await draft.edit(draft.command('lines', ROW.two, '$dead', '1'));
    await draft.edit(draft.command('terms', ROW.currency, 'value', 'EUR'));
    const { body } = await (await person('u-auditor')).get<LogPage>(`/log?doc=${other}&limit=2`);
    await draft.edit(
      draft.command('lines', ROW.two, '$dead', '0'),
      draft.command('lines', ROW.one, 'rate', '7.00'),
      draft.command('lines', ROW.one, 'product', 'Late news'),
    );
    const [many] = (await (await person('u-auditor')).get<LogPage>(`/log?doc=${other}&limit=1`)).body.entries;
    // [SCR-56]
    expect(many?.text).toBe('Ops brought back 1 row and changed 2 cells, the first at 2.0.');
    expect(body.entries.map(({ text }) => text)).toEqual([
      'Ops wrote EUR in Currency, which was USD.',
      'Ops removed 2.0.',
    ]);
  });
});
