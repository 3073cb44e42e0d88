// A real server with real witnesses over HTTP.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  formatAddCheckpoint,
  MerkleTree,
  openCosigned,
  parseVkey,
  parseWitnessPolicy,
  signCheckpoint,
  verifyBundle,
} from '@countersign/shared/history';
import type { CheckpointMessage, Export, Problem, Workspace } from '@countersign/shared/protocol/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeEd25519 } from '../history/index.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, startTestServer, type TestServer } from '../testKit/testServer.ts';
import { serveWitness, Witness, WitnessFolderError, witnessKey } from './witnessServer.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-witness-'));
const open: Server[] = [];
afterAll(() => {
  for (const server of open) server.close();
  rmSync(root, { recursive: true, force: true });
});

/** A witness of a log on a port of its own; `line` is its line of a policy. */
async function witnessOf(
  name: string,
  vkey: string,
): Promise<{ line: string; server: Server; witness: Witness; folder: string }> {
  const folder = join(root, name);
  const key = witnessKey(folder, `witness.example/${name}`);
  const witness = new Witness(folder, key, [vkey]);
  const { server, url } = await serveWitness(witness, '127.0.0.1', 0);
  open.push(server);
  return { line: `witness ${name} ${key.vkey} ${url}\n`, server, witness, folder };
}

describe('a workspace that asks for witnesses', () => {
  let server: TestServer;
  let policy: string;
  let versionId: string;
  const servers: Server[] = [];
  const said: string[] = [];

  beforeAll(async () => {
    const plain = await startTestServer();
    versionId = await createSample(plain);
    const { vkeyText } = plain.services.history.keys;
    const lines: string[] = [];
    for (const name of ['one', 'two', 'three']) {
      const made = await witnessOf(name, vkeyText);
      lines.push(made.line);
      servers.push(made.server);
    }
    policy = `${lines.join('')}group both 2 one two three\nquorum both\n`;
    await plain.stop();
    writeFileSync(join(plain.dataDir, 'witness.policy'), policy);
    server = await startTestServer(
      { dataDir: plain.dataDir, logLevel: 'warn', json: true },
      { write: (line) => said.push(line) },
    );
  });
  afterAll(() => server.dispose());

  const person = (id: string) => TestPerson.signIn(server.url, id);

  it('[WIT-1] its policy is part of what approvals bind, and of every leaf from then on', async () => {
    const { body } = await (await person('u-viewer')).get<Workspace>('/workspace');
    expect(body.policyHash).toBe(server.services.policyHash());
    expect(await server.services.policyOf(body.policyHash)).toMatchObject({ witnessPolicy: policy });
  });

  it('[WIT-2] [WIT-4] its checkpoints are cosigned by the quorum', async () => {
    const { note, size } = await server.services.witnessing.covering(server.services.history.size - 1);
    expect(size).toBe(server.services.history.size);
    const { vkey } = server.services.history.keys;
    const opened = await openCosigned(note, vkey, [parseWitnessPolicy(policy)], nodeEd25519);
    expect(opened).toMatchObject({ met: true });
    const { body } = await (await person('u-viewer')).get<CheckpointMessage>('/log/witnessed');
    expect(Number(body.size)).toBeGreaterThanOrEqual(size);
  });

  it('[WIT-3] [HIST-94] with a quorum versions are approved and exported, and the bundle shows it', async () => {
    const [finance, approver, exporter] = await Promise.all(['u-finance', 'u-approver', 'u-exporter'].map(person));
    if (finance === undefined || approver === undefined || exporter === undefined) throw new Error('nobody is there');
    for (const [who, kind] of [
      [finance, 'submit'],
      [approver, 'approve'],
      [finance, 'execute'],
      [exporter, 'export'],
    ] as const) {
      expect((await who.command(versionId, kind)).status, kind).toBe(200);
    }
    const [made] = (await exporter.get<Export[]>('/exports')).body;
    const answer = await fetch(`${exporter.url}/api/v1/exports/${made?.exportId}/bundle`, {
      headers: { authorization: `Bearer ${exporter.token}` },
    });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const vkey = server.services.history.keys.vkeyText;
    const report = await verifyBundle(bytes, { vkey });
    expect(report.ok ? report.checked.join('\n') : report.failure).toMatch(/by the witnesses (one|two)/);
    const strict = policy.replace('both 2', 'both all');
    expect(await verifyBundle(bytes, { vkey, witnessPolicy: strict })).toMatchObject({ ok: true });
    const own = await witnessOf('own', vkey);
    expect(await verifyBundle(bytes, { vkey, witnessPolicy: `${own.line}quorum own\n` })).toMatchObject({
      ok: false,
      failure: { code: 'checkpoint', text: expect.stringContaining('quorum of witnesses') },
    });
    const text = new TextDecoder().decode(bytes);
    const without = text.replace(/(\\n— [^\\]+\\n)(?:— witness[^\\]+\\n)+/, '$1');
    expect(without).not.toBe(text);
    expect(await verifyBundle(new TextEncoder().encode(without), { vkey })).toMatchObject({
      ok: false,
      failure: { code: 'checkpoint' },
    });
  });

  it('[WIT-3] without a quorum nothing is approved or exported, and the answer names who is missing', async () => {
    const second = await createSample(server);
    const finance = await person('u-finance');
    expect((await finance.command(second, 'submit')).status).toBe(200);
    for (const each of servers.slice(0, 2)) await new Promise((done) => each.close(done));
    const refused = await (await person('u-approver')).command(second, 'approve');
    expect(refused.status).toBe(503);
    expect(refused.body as unknown as Problem).toMatchObject({
      code: 'notWitnessed',
      detail: expect.stringMatching(/one could not be reached.*two could not be reached/),
    });
    expect((await server.services.storage.version(second))?.state).toBe('IN_REVIEW');
  });

  it('[WIT-6] a missing quorum is said once, with who is missing, and counted until it is there', async () => {
    const told = said.filter((line) => line.includes('no quorum of witnesses has cosigned'));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/one could not be reached.*two could not be reached/);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(Number(/^countersign_unwitnessed_seconds (\S+)$/m.exec(metrics)?.[1])).toBeGreaterThan(0);
  });
});

describe('a witness', () => {
  it('[HIST-93] cosigns only what extends the last it cosigned, and remembers over a restart', async () => {
    const { SigningKey } = await import('../history/index.ts');
    const { formatVkey, noteSigner, leafHash } = await import('@countersign/shared/history');
    const key = new SigningKey(Buffer.alloc(32, 5));
    const signer = noteSigner('log.example/x', {
      publicKey: key.publicKey,
      sign: async (message) => key.sign(message),
    });
    const vkey = formatVkey('log.example/x', key.publicKey);
    const tree = new MerkleTree();
    const other = new MerkleTree();
    for (let i = 0; i < 8; i += 1) {
      tree.append(leafHash(Uint8Array.of(i)));
      other.append(leafHash(Uint8Array.of(i < 3 ? i : 100 + i)));
    }
    const body = async (
      from: number,
      to: number,
      of = tree,
      proof = from === 0 || from === to ? [] : of.consistencyProof(from, to),
    ) => {
      const note = await signCheckpoint({ origin: 'log.example/x', size: to, root: of.root(to) }, signer);
      return formatAddCheckpoint({ oldSize: BigInt(from), proof, note });
    };
    const { witness, folder, line } = await witnessOf('alone', vkey);
    const statuses: number[] = [];
    const ask = async (text: string, of = witness): Promise<string> => {
      const { status, text: answer } = await of.answer(text);
      statuses.push(status);
      return answer;
    };
    const cosigned = await ask(await body(0, 4));
    expect(cosigned).toMatch(/^— witness\.example\/alone [A-Za-z0-9+/=]+\n$/);
    expect(await ask(await body(0, 8))).toBe('4\n');
    await ask(await body(4, 8, other));
    await ask(await body(4, 4, other));
    await ask(await body(4, 6));
    await ask(await body(6, 6));
    await ask('old 6\n');
    await ask((await body(6, 8)).replace('log.example/x\n', 'log.example/y\n'));
    await ask((await body(6, 8)).replace('8\n', '9\n'));
    expect(statuses).toEqual([200, 409, 422, 409, 200, 200, 400, 404, 403]);
    const again = new Witness(folder, witnessKey(folder, undefined), [vkey]);
    expect(await ask(await body(4, 8), again)).toBe('6\n');
    await ask(await body(6, 8), again);
    expect(statuses.slice(-2)).toEqual([409, 200]);
    const note = await signCheckpoint({ origin: 'log.example/x', size: 4, root: tree.root(4) }, signer);
    const policy = parseWitnessPolicy(`${line}quorum alone\n`);
    expect(await openCosigned(note + cosigned, parseVkey(vkey), [policy], nodeEd25519)).toMatchObject({ met: true });
    expect(await openCosigned(note, parseVkey(vkey), [policy], nodeEd25519)).toMatchObject({ met: false });
  });

  it('[HIST-93] that lost its memory does not start again under its key', () => {
    const folder = join(root, 'forgetful');
    witnessKey(folder, 'witness.example/f');
    writeFileSync(join(folder, 'state.json'), 'not json');
    expect(() => new Witness(folder, witnessKey(folder, undefined), [])).toThrow(WitnessFolderError);
  });
});
