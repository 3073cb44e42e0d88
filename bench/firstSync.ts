/**
 * (f) The first sync of a long sheet: a computer that has nothing opens a contract of 100,000 lines, and has its rows. Ours is sent every
 * entry of the version and folds them, checking the form of each; the peers send one update of what their document holds now.
 * `node bench/firstSync.ts [LINES] [EDITS]`
 */
import { SheetDocument } from '@countersign/shared/document';
import { TestPerson } from '../sync-server/testKit/testPerson.ts';
import { drive } from './drive.ts';
import { count, ratio, say, sayMachine, spread, type Timed, timed } from './measure.ts';
import { connect, type Driven, wholeDocument } from './peers.ts';
import { PEERS, type Peer, type Started, startServer } from './servers.ts';
import { type PreparedClient, prepareClient, SHEET } from './signedEdits.ts';

const LINES = Number(process.argv[2] ?? 100_000);
const EDITS = Number(process.argv[3] ?? 8000);
const PER_BATCH = 16;
const ROUNDS = 5;

/** Reads every cell, as the grid does when it is scrolled through. */
function readRows(sheet: SheetDocument): number {
  let blanks = 0;
  for (const rowId of sheet.rowIds()) if (sheet.value(rowId, 'rate') === null) blanks += 1;
  if (blanks > 0) throw new Error(`${blanks} rows have no rate`);
  return sheet.rowIds().length;
}

async function readOurs(person: TestPerson, versionId: string): Promise<number> {
  const draft = await person.openDraft(versionId);
  draft.close();
  return readRows(draft.state.sheet(SHEET));
}

async function readTheirs(kind: Peer, server: Started): Promise<number> {
  return readRows(new SheetDocument(SHEET, [await wholeDocument(kind, server)]));
}

async function measure(name: string, read: () => Promise<number>): Promise<Timed> {
  const took = await timed(ROUNDS, async () => {
    const rows = await read();
    if (rows !== LINES) throw new Error(`${name} gave ${rows} rows`);
  });
  say(`${name.padEnd(12)} ${spread(took)}`);
  return took;
}

/** Gives a server everything before anything is measured, and stays connected: Hocuspocus forgets a document that nobody reads. */
async function fill(kind: 'countersign' | Peer, server: Started, client: PreparedClient): Promise<Driven> {
  const keeper = await connect(kind, server, { ...client, batches: [] });
  if (client.batches.length > 0) await drive([await connect(kind, server, client)], [client], 1, server.pid);
  if (kind !== 'countersign') while ((await readTheirs(kind, server)) < LINES);
  return keeper;
}

sayMachine('First sync of a long sheet');
say(`${count(LINES)} lines; from connecting until every row was read once.`);
for (const edits of EDITS === 0 ? [0] : [0, EDITS]) {
  say();
  say(
    `With ${count(edits)} edits since the contract was made${edits === 0 ? '' : `, ${PER_BATCH} to a signed entry`}:`,
  );
  const server = await startServer('countersign', LINES);
  const client = await prepareClient(server.url, server.versionId, 0, edits, PER_BATCH);
  // A plain relay's client sends every transaction as it is made.
  const relayed = await prepareClient(server.url, server.versionId, 0, edits, 1);
  await fill('countersign', server, client);
  const person = await TestPerson.signIn(server.url, 'u-ops');
  const ours = await measure('countersign', () => readOurs(person, server.versionId));
  await server.stop();
  for (const peer of PEERS) {
    const theirs = await startServer(peer);
    const keeper = await fill(peer, theirs, relayed);
    const took = await measure(peer, () => readTheirs(peer, theirs));
    say(
      `${''.padEnd(12)} Countersign takes ${ratio(ours.median, took.median)} its time (least times ${ratio(ours.least, took.least)})`,
    );
    keeper.socket.close();
    await theirs.stop();
  }
}
