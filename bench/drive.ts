/**
 * Drives prepared clients against one server and says how fast it was. Owns the loop, the clock and the counting, the same for every
 * server: an edit counts when every client has it.
 */
import { readFileSync } from 'node:fs';
import { percentile } from './measure.ts';
import type { Driven } from './peers.ts';
import type { PreparedClient } from './signedEdits.ts';

/** The first part of a run warms compilers up and is not counted, on any side. */
const WARM = 0.25;
/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10;

export interface Rate {
  /** Edits a second, from one moment at which every client had as many to the one at which every client had all. */
  readonly perSecond: number;
  /** Milliseconds from sending a message to its answer, ascending. */
  readonly answer: readonly number[];
  /** Milliseconds from sending to the arrival at another client, ascending. */
  readonly delivery: readonly number[];
  /** Processor time of server and of all clients, microseconds an edit; null where the system does not say. */
  readonly serverMicros: number | null;
  readonly clientMicros: number;
}

/** Processor milliseconds that a process has used; null where the system does not say. */
function processorMs(pid: number): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return null;
  }
}

/** How many edits all clients together had at a moment. */
interface Arrival {
  readonly at: number;
  readonly all: number;
}

interface Usage {
  readonly server: number | null;
  readonly clients: NodeJS.CpuUsage;
}

/** Processor milliseconds of the server and microseconds of the clients since then. */
function usedSince(before: Usage | null, pid: number): { server: number | null; clients: number } {
  const { user, system } = process.cpuUsage(before?.clients);
  const [was, is] = [before?.server ?? null, processorMs(pid)];
  return { server: was === null || is === null ? null : is - was, clients: user + system };
}

/** Keeps `underWay` messages unanswered on every socket until all are answered and everybody has everything. */
export async function drive(
  clients: readonly Driven[],
  people: readonly PreparedClient[],
  underWay: number,
  pid: number,
): Promise<Rate> {
  const edits = people.reduce((sum, { batches }) => sum + batches.reduce((own, batch) => own + batch.edits, 0), 0);
  const answer: number[] = [];
  const delivery: number[] = [];
  /** What the first client sent, which is watched at the second one. */
  const watchedSentAt: number[] = [];
  /** The first arrival that is counted and the last one. */
  let begun: Arrival | null = null;
  let ended: Arrival = { at: 0, all: 0 };
  let all = 0;
  const warm = edits * clients.length * WARM;
  let before: Usage | null = null;
  const run = (driven: Driven, client: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const { socket, messages } = driven;
      const sentAt = client === 0 ? watchedSentAt : [];
      let [answered, mine] = [0, 0];
      const next = (): void => {
        const message = messages[sentAt.length];
        if (message === undefined) return;
        sentAt.push(performance.now());
        socket.send(message);
      };
      socket.on('close', (code, reason) => reject(new Error(`a socket closed with ${code} ${reason.toString()}`)));
      socket.on('message', (data: Buffer) => {
        const now = performance.now();
        const brought = driven.brings(data);
        mine += brought;
        all += brought;
        if (brought > 0) ended = { at: now, all };
        if (all >= warm) {
          begun ??= ended;
          before ??= { server: processorMs(pid), clients: process.cpuUsage() };
        }
        if (client === 1 && brought > 0 && people[0] !== undefined)
          for (let n = driven.bringsOf(data, people[0]); n > 0; n -= 1)
            delivery.push(now - (watchedSentAt[delivery.length] ?? now));
        for (let n = driven.answers(data); n > 0; n -= 1) {
          answer.push(now - (sentAt[answered] ?? now));
          answered += 1;
          next();
        }
        if (answered === messages.length && mine >= edits) resolve();
      });
      for (let i = 0; i < underWay; i += 1) next();
    });
  await Promise.all(clients.map(run));
  const used = usedSince(before, pid);
  for (const { socket } of clients) {
    socket.removeAllListeners('close');
    socket.close();
  }
  const from = begun ?? ended;
  const counted = (ended.all - from.all) / clients.length;
  const ascending = (times: readonly number[]): number[] =>
    times.slice(Math.floor(times.length * WARM)).sort((a, b) => a - b);
  return {
    perSecond: (counted * 1000) / (ended.at - from.at),
    answer: ascending(answer),
    delivery: ascending(delivery),
    serverMicros: used.server === null ? null : (used.server * 1000) / counted,
    clientMicros: used.clients / counted,
  };
}

/** 50th and 99th hundredth of a list of times. */
export const middleAndWorst = (times: readonly number[]): [number, number] => [
  percentile(times, 50),
  percentile(times, 99),
];
