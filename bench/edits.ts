/**
 * (d) Edits a second: our server, which checks, verifies, stores and flushes each before it answers, beside the stock y-websocket server
 * and Hocuspocus, which do none of this. All run in a process of their own and are driven by the same loop with the same edits, made and
 * signed before. An edit counts when every client has it. The clients do not fold what they receive: the servers are measured, not fifty
 * browsers in one process. `node bench/edits.ts [CLIENTS…] [--mode NAME]… [--ours]`
 */
import { parseArgs } from 'node:util';
import { LIMITS } from '@countersign/shared/protocol';
import { drive, middleAndWorst, type Rate } from './drive.ts';
import { count, ms, ratio, say, sayMachine } from './measure.ts';
import { connect, type Driven } from './peers.ts';
import { PEERS, type Peer, startServer } from './servers.ts';
import { type PreparedClient, prepareClient } from './signedEdits.ts';

/** How edits travel: how many unanswered messages a client of ours allows itself, and how many edits it puts into one. */
interface Mode {
  readonly name: string;
  readonly underWay: number;
  readonly perBatch: number;
  readonly edits: number;
}

const MODES: readonly Mode[] = [
  { name: 'one by one', underWay: 1, perBatch: 1, edits: 12_000 },
  { name: '16 entries', underWay: 16, perBatch: 1, edits: 8_000 },
  { name: 'app, 16', underWay: 1, perBatch: 16, edits: 64_000 },
  { name: 'app, 64', underWay: 1, perBatch: 64, edits: 128_000 },
  { name: 'app, saturated', underWay: 1, perBatch: LIMITS.batchCommands, edits: 128_000 },
];

async function measure(kind: 'countersign' | Peer, people: readonly PreparedClient[], underWay: number): Promise<Rate> {
  const server = await startServer(kind);
  try {
    const driven: Driven[] = [];
    for (const client of people) driven.push(await connect(kind, server, client));
    return await drive(driven, people, underWay, server.pid);
  } finally {
    await server.stop();
  }
}

/** Ours needs people of its own server, so they are prepared there; the peers are sent the same changes. */
async function ours(clients: number, mode: Mode): Promise<{ rate: Rate; relayed: PreparedClient[] }> {
  const server = await startServer('countersign');
  try {
    const each = Math.ceil(mode.edits / clients);
    const people: PreparedClient[] = [];
    const relayed: PreparedClient[] = [];
    for (let i = 0; i < clients; i += 1) {
      const client = await prepareClient(server.url, server.versionId, i, each, mode.perBatch);
      people.push(client);
      // A plain relay's client sends every transaction as it is made.
      relayed.push(mode.perBatch === 1 ? client : await prepareClient(server.url, server.versionId, i, each, 1, false));
    }
    const driven: Driven[] = [];
    for (const client of people) driven.push(await connect('countersign', server, client));
    return { rate: await drive(driven, people, mode.underWay, server.pid), relayed };
  } finally {
    await server.stop();
  }
}

function figures({ perSecond, answer, delivery, serverMicros, clientMicros }: Rate): string {
  const times = [...middleAndWorst(answer), ...middleAndWorst(delivery)];
  const cells = times.map((time, i) => (i > 1 && delivery.length === 0 ? '' : ms(time)).padStart(9));
  const micros = [serverMicros, clientMicros].map((used) => (used === null ? '' : `${used.toFixed(0)} µs`).padStart(8));
  return `${count(perSecond).padStart(9)} ${cells.join(' ')} ${micros.join(' ')}`;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { mode: { type: 'string', multiple: true }, ours: { type: 'boolean', default: false } },
});
const modes = MODES.filter(({ name }) => values.mode === undefined || values.mode.includes(name));
const asked = positionals.map(Number);

sayMachine('Edits a second');
for (const line of [
  'Countersign verifies the signature, checks the edit against the document and its rules, writes it to SQLite and flushes before it answers.',
  'y-websocket 2.1.0 (its own server program) and Hocuspocus 4.7.0 relay the same edits: nothing is signed, checked or kept on disk.',
  'y-websocket does not acknowledge, so its echo is timed; Hocuspocus says that an update was applied. An edit counts for edits/s when every',
  'client has it. "app, N": a client of ours has one batch under way and puts what is typed meanwhile into the next, here N edits; a client of',
  `theirs sends each edit as it is made and has as many under way. "app, saturated": more waits than a batch holds (${LIMITS.batchCommands}), as in a large paste.`,
  '"16 entries": an entry, a signature and a message for each edit, sixteen under way. Times are those of a message; processor time is that',
  'of the whole process, an edit.',
])
  say(line);
say();
say(
  'clients  edits           server        edits/s  answer p50   p99  delivery p50   p99  CPU server  clients  Countersign ÷ it',
);
for (const clients of asked.length > 0 ? asked : [1, 5, 20, 50]) {
  for (const mode of modes) {
    const { rate, relayed } = await ours(clients, mode);
    const label = `${String(clients).padStart(7)}  ${mode.name.padEnd(14)}`;
    say(`${label}  ${'countersign'.padEnd(12)} ${figures(rate)}`);
    for (const peer of values.ours ? [] : PEERS) {
      const theirs = await measure(peer, relayed, mode.underWay * mode.perBatch);
      say(`${label}  ${peer.padEnd(12)} ${figures(theirs)}   ${ratio(rate.perSecond, theirs.perSecond)}`);
    }
  }
}
say();
say('Above 1 ours is faster.');
