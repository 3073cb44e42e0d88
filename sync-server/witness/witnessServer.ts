// A small witness (C2SP tlog-witness): cosigns a log's checkpoint only when it extends the last one that it cosigned. Owns its key,
// its memory on disk and the HTTP answer; what extends what is judged in shared/history.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  cosign,
  cosigner,
  formatVkey,
  fromBase64,
  judgeCheckpoint,
  type NoteSigner,
  parseAddCheckpoint,
  parseVkey,
  SIGNATURE_TYPE,
  toBase64,
  type Vkey,
  type WitnessedState,
} from '@countersign/shared/history';
import { z } from 'zod';
import { nodeEd25519, SigningKey } from '../history/nativeCrypto.ts';
import { replaceFile } from '../storage/dataFolder.ts';

const SEED_BYTES = 32;
const MOST_BODY = 64 * 1024;
const REQUEST_MS = 10_000;

const keySchema = z.strictObject({ v: z.literal(1), name: z.string().min(1), seed: z.string() });
const stateSchema = z.record(z.string(), z.strictObject({ size: z.string().regex(/^\d+$/), root: z.string() }));

/** The folder of a witness cannot be used; the text says why and what to do. */
export class WitnessFolderError extends Error {
  override readonly name = 'WitnessFolderError';
}

/** A witness's own key. */
export interface WitnessKey {
  /** Key text for policies, of the cosignature type. */
  readonly vkey: string;
  readonly name: string;
  readonly key: SigningKey;
}

/** Reads the key of a folder, or makes one under a name. @throws WitnessFolderError */
export function witnessKey(folder: string, name: string | undefined): WitnessKey {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'witness.key');
  if (!existsSync(file)) {
    if (name === undefined)
      throw new WitnessFolderError(`${folder} holds no witness key. Name the witness with --name.`);
    if (existsSync(join(folder, 'state.json'))) {
      throw new WitnessFolderError(`${folder} has the memory of a witness whose key is gone. Start in another folder.`);
    }
    const made = { v: 1, name, seed: toBase64(randomBytes(SEED_BYTES)) };
    replaceFile(file, `${JSON.stringify(made)}\n`, 0o600);
  }
  const parsed = keySchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new WitnessFolderError(`${file} is not a key file of a witness.`);
  const key = new SigningKey(fromBase64(parsed.data.seed));
  const vkey = formatVkey(parsed.data.name, key.publicKey, SIGNATURE_TYPE.cosignature);
  return { vkey, name: parsed.data.name, key };
}

export class Witness {
  readonly #signer: NoteSigner;
  readonly #logs: readonly Vkey[];
  readonly #file: string;
  readonly #state: Map<string, WitnessedState>;
  /** One request after the other: checking and remembering must not be parted. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws WitnessFolderError when the memory cannot be read: a witness that forgot must not cosign. */
  constructor(folder: string, key: WitnessKey, logs: readonly string[], now: () => number = Date.now) {
    const { publicKey } = key.key;
    this.#signer = cosigner(key.name, { publicKey, sign: async (message) => key.key.sign(message) }, now);
    this.#logs = logs.map(parseVkey);
    this.#file = join(folder, 'state.json');
    this.#state = readState(this.#file);
  }

  /** [HIST-93] Answers one request. */
  answer(body: string): Promise<{ readonly status: number; readonly type: string; readonly text: string }> {
    const done = this.#turn.then(() => this.#answer(body));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #answer(body: string): Promise<{ readonly status: number; readonly type: string; readonly text: string }> {
    const verdict = await judgeCheckpoint(body, this.#logs, (origin) => this.#state.get(origin), nodeEd25519);
    if (!verdict.ok) {
      const { status, text } = verdict;
      return { status, text, type: status === 409 ? 'text/x.tlog.size' : 'text/plain; charset=utf-8' };
    }
    const request = parseAddCheckpoint(body);
    if (request === undefined) throw new Error('a request was judged good and cannot be read');
    const line = await cosign(request.note, this.#signer);
    const origin = request.note.split('\n')[0] ?? '';
    const next = new Map(this.#state).set(origin, verdict.next);
    // On disk before anybody hears of it: a cosignature that is forgotten could be contradicted.
    replaceFile(this.#file, `${JSON.stringify(Object.fromEntries([...next].map(asText)))}\n`, 0o600);
    this.#state.set(origin, verdict.next);
    return { status: 200, type: 'text/plain; charset=utf-8', text: line };
  }
}

const asText = ([origin, { size, root }]: [string, WitnessedState]): [string, { size: string; root: string }] => [
  origin,
  { size: size.toString(), root },
];

function readState(file: string): Map<string, WitnessedState> {
  if (!existsSync(file)) return new Map();
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new WitnessFolderError(`${file} cannot be read (${error instanceof Error ? error.message : String(error)}).`);
  }
  const parsed = stateSchema.safeParse(value);
  if (!parsed.success) throw new WitnessFolderError(`${file} is not the memory of a witness.`);
  return new Map(Object.entries(parsed.data).map(([origin, { size, root }]) => [origin, { size: BigInt(size), root }]));
}

/** Serves a witness; resolves when it listens. */
export async function serveWitness(
  witness: Witness,
  host: string,
  port: number,
): Promise<{ server: Server; url: string }> {
  const server = createServer({ requestTimeout: REQUEST_MS }, (request, response) => {
    if (request.method !== 'POST' || !request.url?.endsWith('/add-checkpoint'))
      return send(response, 404, 'Not found.\n');
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MOST_BODY) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () => {
      witness.answer(Buffer.concat(chunks).toString('utf8')).then(
        ({ status, type, text }) => send(response, status, text, type),
        (error: unknown) => {
          process.stderr.write(`countersign witness: ${error instanceof Error ? error.message : String(error)}\n`);
          send(response, 500, 'The witness met a fault. Nothing was cosigned.\n');
        },
      );
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return { server, url: `http://${host}:${bound}` };
}

function send(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type }).end(text);
}
