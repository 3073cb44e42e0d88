// A device that does wrong on purpose: it is enrolled, and lies about everything it can. Owns the lies; what becomes of them is the
// server's to decide and the checks' to judge.
import { encodeCommands, newCommandId, SheetDocument } from '@countersign/shared/document';
import { CHAIN_START } from '@countersign/shared/history';
import { SHEET_SCHEMA } from '@countersign/shared/model/sheets';
import { encodeFrame, SUBPROTOCOL, TICKET_PREFIX } from '@countersign/shared/protocol';
import * as Y from 'yjs';
import { issueEpoch } from '../sync-server/admission/index.ts';
import { deviceIdOf, type SignedEntry, SigningKey, signEntry } from '../sync-server/history/index.ts';
import { Line } from './line.ts';
import { SERVER_URL } from './server.ts';
import { turns } from './turns.ts';
import type { World } from './world.ts';

export const LIAR = 'u-ops';
const KEY = new SigningKey(Buffer.alloc(32, 'countersign-sim liar'));
/** The device's public key, and its name in the log. */
export const LIAR_KEY = KEY.publicKey;
export const LIAR_DEVICE = deviceIdOf(KEY.publicKey);
const SHEET = 'lines';
const LIES = [
  'twice',
  'otherPerson',
  'otherDevice',
  'otherUpdate',
  'otherNumber',
  'otherVersion',
  'otherPast',
] as const;
/** Turns of the event loop that an answer takes at most. */
const ANSWER_TURNS = 6;

/** Tells one lie, or two that do not fit together. Nothing happens while the server is down. */
export async function lie(world: World): Promise<void> {
  const { server, random } = world;
  if (!server.isUp) return;
  const { services } = server;
  const versionId = world.draftId;
  const room = services.rooms.peek(versionId);
  if (room === null) return;
  const { epoch, clientId } = await issueEpoch(services.storage, versionId, LIAR_DEVICE);
  const doc = new SheetDocument(SHEET);
  doc.applyUpdate(Y.encodeStateAsUpdate(room.draft.sheet(SHEET).y));
  const [rowId] = doc.rowIds();
  if (rowId === undefined) return;
  const change = (to: string) => ({
    id: newCommandId(),
    sheet: SHEET,
    rowId,
    field: 'rate',
    from: doc.value(rowId, 'rate'),
    to,
    seen: String(room.draft.size),
  });
  const [said, done] = [change('11'), change('666')];
  const kind = random.pick(LIES) ?? 'twice';
  const update = encodeCommands(doc, clientId, [kind === 'otherUpdate' ? done : said]);
  doc.destroy();
  const signer = {
    ws: services.history.ws,
    user: kind === 'otherPerson' ? 'u-finance' : LIAR,
    dev: kind === 'otherDevice' ? deviceIdOf(world.machines[0]?.key.publicKey ?? LIAR_KEY) : LIAR_DEVICE,
    key: KEY,
  };
  const head = kind === 'otherNumber' ? { nextSeq: 5, prevDev: 'a'.repeat(64) } : CHAIN_START;
  const draftId = kind === 'otherVersion' ? 'v-000000000000' : versionId;
  const sign = (command: object): SignedEntry => {
    const part0 = { draftId, commands: [command], updates: [{ sheet: SHEET, part: 1 }] };
    const seen = kind === 'otherPast' ? { seenSize: '5', seenRoot: 'a'.repeat(64) } : { seenSize: '0', seenRoot: '' };
    const place = { epoch, head, ...seen };
    return signEntry(signer, place, 'edit', versionId, part0, [update], new Date(world.clock.now));
  };
  const entries = [sign(said)];
  if (kind === 'twice') entries.push(sign({ ...said, id: newCommandId() }));
  const { signIn } = await services.sessions.start(LIAR);
  const ticket = await services.sessions.issueTicket(signIn);
  const line = new Line(`${SERVER_URL.replace('http', 'ws')}/sync/${versionId}`, [
    SUBPROTOCOL,
    `${TICKET_PREFIX}${ticket}`,
  ]);
  server.connect(line);
  await turns(ANSWER_TURNS);
  line.send(new Uint8Array(encodeFrame('open', { draftId: versionId, schema: SHEET_SCHEMA, have: '0' })));
  for (const { bytes, signature, payload } of entries)
    line.send(new Uint8Array(encodeFrame('submit', {}, [bytes, signature, payload])));
  while (line.upwards > 0) line.deliverUp();
  await turns(ANSWER_TURNS);
  line.cut();
}
