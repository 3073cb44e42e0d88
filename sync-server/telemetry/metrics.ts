// What a server counts. Owns the names of its metrics; labels are closed sets, never people, documents or values.
import { REFUSALS } from '@countersign/shared/protocol';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { observeState, type StateProbe } from './stateMetrics.ts';

export interface Metrics {
  readonly registry: Registry;
  readonly entriesStored: Counter<'kind'>;
  readonly entriesRefused: Counter<'code'>;
  readonly sockets: Gauge;
  readonly rooms: Gauge;
  readonly admissionSeconds: Histogram;
  /** From an edit's last byte to its acknowledgement. */
  readonly acknowledgeSeconds: Histogram;
  readonly flushFailures: Counter;
  readonly requestSeconds: Histogram<'method' | 'route' | 'status'>;
  /** Where the number of exports without a bundle comes from. */
  exportOutbox(waiting: () => number): void;
  /** Where the numbers of emergency roles that are held, and of requests that wait for agreement, come from. */
  emergencies(held: () => number, asked: () => number): void;
  /** From now on the gauges of log, disk and process are read from here when somebody asks. */
  observe(probe: StateProbe): void;
}

const FAST = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25];
const SLOW = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** A registry of its own, so that two servers in one process (tests) do not meet. */
export function createMetrics(logSize: () => number): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const entriesRefused = new Counter({
    name: 'countersign_entries_refused_total',
    help: 'Entries refused, by code',
    labelNames: ['code'],
    registers,
  });
  // [OPS-17] A series that begins at 1 has not increased: to Prometheus the first refusal of a reason would be none.
  for (const code of Object.keys(REFUSALS)) entriesRefused.inc({ code }, 0);
  new Gauge({
    name: 'countersign_log_entries',
    help: 'Entries in the signed log',
    registers,
    collect() {
      this.set(logSize());
    },
  });
  return {
    registry,
    exportOutbox: (waiting) => {
      new Gauge({
        name: 'countersign_export_outbox',
        help: 'Exports whose signed bundle could not be made yet',
        registers,
        collect() {
          this.set(waiting());
        },
      });
    },
    emergencies: (held, asked) => {
      const gauge = (name: string, help: string, read: () => number): void => {
        new Gauge({
          name,
          help,
          registers,
          collect() {
            this.set(read());
          },
        });
      };
      gauge('countersign_break_glass_held', 'Roles that somebody holds in an emergency now', held);
      gauge('countersign_break_glass_asked', 'Requests for an emergency role that nobody has agreed to yet', asked);
    },
    observe: (probe) => observeState(registry, probe),
    entriesStored: new Counter({
      name: 'countersign_entries_stored_total',
      help: 'Entries stored, by kind',
      labelNames: ['kind'],
      registers,
    }),
    entriesRefused,
    sockets: new Gauge({ name: 'countersign_sockets', help: 'Open sync sockets', registers }),
    rooms: new Gauge({ name: 'countersign_rooms', help: 'Versions held in memory', registers }),
    admissionSeconds: new Histogram({
      name: 'countersign_admission_seconds',
      help: 'Time to check one entry',
      buckets: FAST,
      registers,
    }),
    acknowledgeSeconds: new Histogram({
      name: 'countersign_acknowledge_seconds',
      help: 'Time from an edit received to its acknowledgement, flush included',
      buckets: SLOW,
      registers,
    }),
    flushFailures: new Counter({
      name: 'countersign_flush_failures_total',
      help: 'Batches the disk did not take',
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'countersign_http_request_seconds',
      help: 'Time to answer an HTTP request, by method, route and status',
      labelNames: ['method', 'route', 'status'],
      buckets: SLOW,
      registers,
    }),
  };
}
