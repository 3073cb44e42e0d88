import { SUBPROTOCOL, TICKET_PREFIX } from '@countersign/shared/protocol';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, startTestServer, type TestServer } from '../testKit/testServer.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  await server.dispose();
});

/** The messages a stock y-websocket provider sends and reads (y-protocols/sync). */
class StockReader {
  readonly doc: Y.Doc;
  closed: number | null = null;
  /** Whole sheets that came. */
  answers = 0;
  readonly #ws: WebSocket;
  readonly #waiting = new Set<() => void>();

  private constructor(ws: WebSocket, doc: Y.Doc) {
    this.#ws = ws;
    this.doc = doc;
    ws.on('message', (data) => {
      const decoder = decoding.createDecoder(new Uint8Array(data as Buffer));
      expect(decoding.readVarUint(decoder)).toBe(0);
      const step = decoding.readVarUint(decoder);
      expect(step).toBeGreaterThan(0);
      if (step === 1) this.answers += 1;
      Y.applyUpdate(this.doc, decoding.readVarUint8Array(decoder));
      this.#check();
    });
    ws.on('close', (code) => {
      this.closed = code;
      this.#check();
    });
  }

  static async open(person: TestPerson, path: string, doc = new Y.Doc()): Promise<StockReader> {
    const protocols = [SUBPROTOCOL, TICKET_PREFIX + (await person.ticket())];
    const ws = new WebSocket(`${person.url.replace('http', 'ws')}/sync/${path}`, protocols);
    const reader = new StockReader(ws, doc);
    await new Promise((resolve) => ws.on('open', resolve));
    reader.send(0, Y.encodeStateVector(reader.doc));
    return reader;
  }

  send(step: number, body: Uint8Array): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarUint(encoder, step);
    encoding.writeVarUint8Array(encoder, body);
    this.#ws.send(encoding.toUint8Array(encoder));
  }

  until(ready: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (ready()) resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }

  #check(): void {
    for (const check of this.#waiting) check();
  }
}

describe('stock y-websocket client', () => {
  it('[SRV-22] reads one sheet live, only what is stored, and may send its empty step 2', async () => {
    const versionId = await createSample(server);
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    const viewer = await TestPerson.signIn(server.url, 'u-viewer');
    const reader = await StockReader.open(viewer, `${versionId}/lines`);
    await reader.until(() => reader.doc.getMap('chunks').size === 1);
    reader.send(1, Uint8Array.of(0, 0));
    const draft = await finance.openDraft(versionId);
    await draft.edit(draft.command('lines', ROW.one, 'rate', '12.50'));
    await draft.edit(draft.command('terms', ROW.currency, 'note', 'Not this sheet'));
    await reader.until(() => reader.doc.getMap('cells').get(`${ROW.one}:rate`) === '12.50');
    expect([...reader.doc.getMap('cells').keys()]).toEqual([`${ROW.one}:rate`]);
    expect(reader.closed).toBeNull();
  });

  it('[SRV-22] a write closes with 4403 and changes nothing', async () => {
    const versionId = await createSample(server);
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    const reader = await StockReader.open(finance, `${versionId}/lines`);
    await reader.until(() => reader.doc.getMap('chunks').size === 1);
    let update = new Uint8Array(0);
    reader.doc.on('update', (bytes) => {
      update = new Uint8Array(bytes);
    });
    reader.doc.getMap('cells').set(`${ROW.one}:rate`, '0.01');
    reader.send(2, update);
    await reader.until(() => reader.closed !== null);
    expect(reader.closed).toBe(4403);
    const { content } = await server.services.views.contentOf(versionId);
    expect(content.sheets.lines?.[0]?.rate).toBe('100.00');
  });

  it('[SRV-41] a fold ends the reading; a document from before it is refused, and an empty one reads on', async () => {
    await server.dispose();
    server = await startTestServer({}, { foldAbove: 0 });
    const versionId = await createSample(server);
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    const reader = await StockReader.open(finance, `${versionId}/lines`);
    await reader.until(() => reader.doc.getMap('chunks').size === 1);
    const draft = await finance.openDraft(versionId);
    await draft.edit(draft.command('lines', ROW.one, 'rate', '12.50'));
    await reader.until(() => reader.closed !== null);
    expect(reader.closed).toBe(4403);
    const again = await StockReader.open(finance, `${versionId}/lines`, reader.doc);
    await again.until(() => again.closed !== null);
    expect(again.closed).toBe(4403);
    const fresh = await StockReader.open(finance, `${versionId}/lines`);
    await fresh.until(() => fresh.doc.getMap('chunks').size === 1);
    expect([...fresh.doc.getMap<string>('chunks').values()].join()).toContain('"12.50"');
  });

  it('[SRV-44] who asks for the sheet again and again has it once a second, and others go on', async () => {
    const versionId = await createSample(server);
    const viewer = await TestPerson.signIn(server.url, 'u-viewer');
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    const reader = await StockReader.open(viewer, `${versionId}/lines`);
    await reader.until(() => reader.answers === 1);
    const begun = performance.now();
    for (let i = 0; i < 20; i += 1) reader.send(0, Y.encodeStateVector(new Y.Doc()));
    const draft = await finance.openDraft(versionId);
    expect(await draft.edit(draft.command('lines', ROW.one, 'rate', '12.50'))).toBe('stored');
    await reader.until(() => reader.answers === 2);
    // Timers count from the beginning of their turn.
    expect(performance.now() - begun).toBeGreaterThan(800);
    expect(reader.closed).toBeNull();
  });

  it('[SRV-22] a sheet that the version has not is 4404', async () => {
    const versionId = await createSample(server);
    const person = await TestPerson.signIn(server.url, 'u-viewer');
    const reader = await StockReader.open(person, `${versionId}/nosuch`);
    await reader.until(() => reader.closed !== null);
    expect(reader.closed).toBe(4404);
  });
});
