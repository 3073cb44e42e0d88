// A small witness (C2SP tlog-witness): cosigns a log's checkpoint only when it extends the last one that it cosigned. Owns its key,
// and the HTTP answer; its memory is witnessMemory.ts's, and what extends what is judged in shared/history.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  cosign,
  cosigner,
  followKeyChanges,
  formatVkey,
  fromBase64,
  judgeCheckpoint,
  type KeyChange,
  KeyChangeError,
  keyChangeSchema,
  type NoteSigner,
  parseAddCheckpoint,
  SIGNATURE_TYPE,
  toBase64,
  toHex,
} from '@countersign/shared/history';
import { z } from 'zod';
import { nodeEd25519, SigningKey } from '../history/nativeCrypto.ts';
import { replaceFile } from '../storage/dataFolder.ts';
import { WitnessFolderError, WitnessMemory } from './witnessMemory.ts';

export { WitnessFolderError } from './witnessMemory.ts';

const SEED_BYTES = 32;
const MOST_BODY = 64 * 1024;
const REQUEST_MS = 10_000;

const keySchema = z.strictObject({ v: z.literal(1), name: z.string().min(1), seed: z.string() });
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

/** What a witness answers. */
export interface WitnessAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const plain = (status: number, text: string): WitnessAnswer => ({ status, text, type: 'text/plain; charset=utf-8' });

export class Witness {
  readonly #signer: NoteSigner;
  readonly #memory: WitnessMemory;
  /** One request after the other: checking and remembering must not be parted. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws WitnessFolderError when the memory cannot be read: a witness that forgot must not cosign. */
  constructor(folder: string, key: WitnessKey, logs: readonly string[], now: () => number = Date.now) {
    const { publicKey } = key.key;
    this.#signer = cosigner(key.name, { publicKey, sign: async (message) => key.key.sign(message) }, now);
    this.#memory = new WitnessMemory(folder, logs);
  }

  /** [HIST-93] Answers one request for a cosignature. */
  answer(body: string): Promise<WitnessAnswer> {
    return this.#inTurn(() => this.#cosign(body));
  }

  /** [WIT-5] Takes a log's new key, when it is proved by the checkpoint that this witness cosigned last. */
  changeKey(body: string): Promise<WitnessAnswer> {
    return this.#inTurn(() => this.#changeKey(body));
  }

  #inTurn(work: () => Promise<WitnessAnswer>): Promise<WitnessAnswer> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #cosign(body: string): Promise<WitnessAnswer> {
    const verdict = await judgeCheckpoint(body, this.#memory.keys(), (log) => this.#memory.lastOf(log), nodeEd25519);
    if (!verdict.ok) {
      const { status, text } = verdict;
      return status === 409 ? { status, text, type: 'text/x.tlog.size' } : plain(status, text);
    }
    const request = parseAddCheckpoint(body);
    if (request === undefined) throw new Error('a request was judged good and cannot be read');
    const line = await cosign(request.note, this.#signer);
    // On disk before anybody hears of it: a cosignature that is forgotten could be contradicted.
    this.#memory.remember(request.note.split('\n')[0] ?? '', verdict.next);
    return plain(200, line);
  }

  async #changeKey(body: string): Promise<WitnessAnswer> {
    const change = readChange(body);
    if (change === null) return plain(400, 'The body is not a key change.\n');
    for (const { name } of this.#memory.keys()) {
      const known = this.#memory.keyOf(name);
      const last = this.#memory.lastOf(name);
      if (known === undefined || last === undefined) continue;
      try {
        const [proved] = (await followKeyChanges(known, [change], nodeEd25519)).changes;
        if (proved === undefined) continue;
        if (proved.checkpoint.size !== last.size || toHex(proved.checkpoint.root) !== last.root)
          return plain(409, 'The change is not the end of what this witness cosigned.\n');
        this.#memory.takeKey(name, proved.vkey);
        return plain(200, `${proved.vkey}\n`);
      } catch (error) {
        if (!(error instanceof KeyChangeError)) throw error;
        return plain(422, `The change is not proved: ${error.message}.\n`);
      }
    }
    return plain(404, 'This witness does not know the key that was changed.\n');
  }
}

function readChange(body: string): KeyChange | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  return keyChangeSchema.safeParse(value).data ?? null;
}

/** Serves a witness; resolves when it listens. */
export async function serveWitness(
  witness: Witness,
  host: string,
  port: number,
): Promise<{ server: Server; url: string }> {
  const server = createServer({ requestTimeout: REQUEST_MS }, (request, response) => {
    const work = workOf(witness, request);
    if (work === null) return send(response, 404, 'Not found.\n');
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MOST_BODY) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () => {
      work(Buffer.concat(chunks).toString('utf8')).then(
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

/** What a request asks for; null for anything else. */
function workOf(witness: Witness, { method, url }: IncomingMessage): ((body: string) => Promise<WitnessAnswer>) | null {
  if (method !== 'POST') return null;
  if (url?.endsWith('/add-checkpoint')) return (body) => witness.answer(body);
  return url?.endsWith('/add-key-change') ? (body) => witness.changeKey(body) : null;
}

function send(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type }).end(text);
}
