/**
 * (d) Edits a second: our server, which checks, verifies, stores and flushes each before it answers, beside the stock y-websocket server
 * and Hocuspocus, which do none of this. All run in a process of their own and are driven by the same loop with the same edits, made and
 * signed before. The clients do not fold what they receive: the servers are measured, not fifty browsers in one process.
 * `node bench/edits.ts [CLIENTS…]`
 */
import { count, ms, percentile, ratio, say, sayMachine } from './measure.ts';
import { connect, type Driven, PEERS, type Peer, startServer } from './peers.ts';
import { type PreparedClient, prepareClient, ROWS_OF_CLIENT } from './signedEdits.ts';

/** How edits travel: how many unanswered messages a client allows itself, and how many edits ours puts into one. */
interface Mode {
  readonly name: string;
  readonly underWay: number;
  readonly perBatch: number;
  readonly edits: number;
}

const MODES: readonly Mode[] = [
  { name: 'one by one', underWay: 1, perBatch: 1, edits: 2_000 },
  { name: '16 under way', underWay: 16, perBatch: 1, edits: 8_000 },
  { name: 'as the app', underWay: 1, perBatch: ROWS_OF_CLIENT, edits: 32_000 },
];
/** The first part of a run warms compilers up and is not counted, on any side. */
const WARM = 0.25;

interface Rate {
  readonly perSecond: number;
  readonly answer: readonly number[];
  readonly delivery: readonly number[];
}

/** Keeps `underWay` messages unanswered on every socket until all are answered. */
async function drive(clients: readonly Driven[], people: readonly PreparedClient[], mode: Mode): Promise<Rate> {
  const answer: number[] = [];
  const delivery: number[] = [];
  const answeredAt: number[] = [];
  const firstSentAt: number[] = [];
  // What the first client writes is watched at the second one.
  const [watched] = people;
  let delivered = 0;
  clients[1]?.socket.on('message', (data) => {
    if (watched === undefined || !clients[1]?.carries(new Uint8Array(data as Buffer), watched)) return;
    delivery.push(performance.now() - (firstSentAt[delivered] ?? 0));
    delivered += 1;
  });
  await Promise.all(
    clients.map(
      ({ socket, messages, answers }, client) =>
        new Promise<void>((resolve, reject) => {
          const sentAt = client === 0 ? firstSentAt : [];
          let answered = 0;
          const next = (): void => {
            const message = messages[sentAt.length];
            if (message === undefined) return;
            sentAt.push(performance.now());
            socket.send(message);
          };
          socket.on('close', (code, reason) => reject(new Error(`a socket closed with ${code} ${reason.toString()}`)));
          socket.on('message', (data) => {
            const now = performance.now();
            for (let n = answers(new Uint8Array(data as Buffer)); n > 0; n -= 1) {
              answer.push(now - (sentAt[answered] ?? 0));
              answeredAt.push(now);
              answered += 1;
              if (answered === messages.length) resolve();
              else next();
            }
          });
          for (let i = 0; i < mode.underWay; i += 1) next();
        }),
    ),
  );
  for (const { socket } of clients) {
    socket.removeAllListeners('close');
    socket.close();
  }
  const warm = Math.floor(answeredAt.length * WARM);
  const seconds = ((answeredAt.at(-1) ?? 0) - (answeredAt[warm] ?? 0)) / 1000;
  const edits = (answeredAt.length - warm - 1) * (people[0]?.batches[0]?.edits ?? 1);
  const ascending = (times: readonly number[]): number[] => times.slice(warm).sort((a, b) => a - b);
  const warmDelivery = delivery.slice(Math.floor(delivery.length * WARM)).sort((a, b) => a - b);
  return { perSecond: edits / seconds, answer: ascending(answer), delivery: warmDelivery };
}

async function measure(kind: 'countersign' | Peer, people: readonly PreparedClient[], mode: Mode): Promise<Rate> {
  const server = await startServer(kind);
  try {
    const driven: Driven[] = [];
    for (const client of people) driven.push(await connect(kind, server, client));
    return await drive(driven, people, mode);
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
      people.push(await prepareClient(server.url, server.versionId, i, each, mode.perBatch));
      // A plain relay's client sends every transaction as it is made.
      relayed.push(
        mode.perBatch === 1
          ? (people[i] as PreparedClient)
          : await prepareClient(server.url, server.versionId, i, each, 1),
      );
    }
    const driven: Driven[] = [];
    for (const client of people) driven.push(await connect('countersign', server, client));
    return { rate: await drive(driven, people, mode), relayed };
  } finally {
    await server.stop();
  }
}

const figures = ({ perSecond, answer, delivery }: Rate): string => {
  const times = [percentile(answer, 50), percentile(answer, 99), percentile(delivery, 50), percentile(delivery, 99)];
  const cells = times.map((time, i) => (i > 1 && delivery.length === 0 ? '' : ms(time)).padStart(9));
  return `${count(perSecond).padStart(9)} ${cells.join(' ')}`;
};

sayMachine('Edits a second');
say(
  'Countersign verifies the signature, checks the edit against the document and its rules, writes it to SQLite and flushes before it answers.',
);
say(
  'y-websocket 2.1.0 (its own server program) and Hocuspocus 4.7.0 relay the same edits: nothing is signed, checked or kept on disk. y-websocket',
);
say('does not acknowledge, so its echo is timed; Hocuspocus says that an update was applied.');
say(
  `"as the app": a client of ours has one batch under way and puts what is typed meanwhile into the next, here ${ROWS_OF_CLIENT} edits;`,
);
say(
  `a client of theirs sends each edit as it is made and has as many (${ROWS_OF_CLIENT}) under way. Times are those of a message.`,
);
say();
say('clients  edits         server        edits/s  answer p50   p99  delivery p50   p99   Countersign ÷ it');
const asked = process.argv.slice(2).map(Number);
for (const clients of asked.length > 0 ? asked : [1, 5, 20, 50]) {
  for (const mode of MODES) {
    const { rate, relayed } = await ours(clients, mode);
    const label = `${String(clients).padStart(7)}  ${mode.name.padEnd(12)}`;
    say(`${label}  ${'countersign'.padEnd(12)} ${figures(rate)}`);
    for (const peer of PEERS) {
      const theirs = await measure(peer, relayed, { ...mode, underWay: mode.underWay * mode.perBatch });
      say(`${label}  ${peer.padEnd(12)} ${figures(theirs)}   ${ratio(rate.perSecond, theirs.perSecond)}`);
    }
  }
}
say();
say('Above 1 ours is faster.');
