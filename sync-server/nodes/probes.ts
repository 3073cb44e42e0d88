// What operators ask one node about itself. Owns /healthz, /readyz and the numbers of a node that does not lead.
import { Gauge, Registry } from 'prom-client';
import type { Probe } from './front.ts';
import type { ServerNode } from './node.ts';

const json = (status: number, body: object): Probe => ({
  status,
  type: 'application/json; charset=utf-8',
  body: JSON.stringify(body),
});

export class NodeProbes {
  #node: ServerNode | null = null;
  readonly #own = new Registry();

  constructor() {
    this.count(this.#own);
    const entries: Gauge = new Gauge({
      name: 'countersign_log_entries',
      help: 'Entries in the signed log',
      registers: [this.#own],
      collect: (): void => entries.set(this.#node?.size ?? 0),
    });
  }

  of(node: ServerNode): void {
    this.#node = node;
  }

  /** Adds this node's numbers to a registry. */
  count(registry: Registry): void {
    const leads: Gauge = new Gauge({
      name: 'countersign_node_leads',
      help: '1 while this node holds the workspace’s lease',
      registers: [registry],
      collect: (): void => leads.set(this.#node?.role === 'leads' ? 1 : 0),
    });
  }

  /** [NODE-8] The answer to a probe; null lets the leader answer. */
  async answer(path: string): Promise<Probe | null> {
    const node = this.#node;
    if (path === '/healthz') return json(200, { status: 'ok' });
    if (path === '/readyz') return node?.role === 'leads' && node.held ? null : ready(node);
    if (path === '/metrics' && node?.role !== 'leads') {
      return { status: 200, type: this.#own.contentType, body: await this.#own.metrics() };
    }
    return null;
  }
}

function ready(node: ServerNode | null): Probe {
  if (node !== null && node.fault === null && !node.away && node.role === 'follows') {
    return json(200, { status: 'ready', role: 'follows', leader: node.leader, size: node.size });
  }
  const reason =
    node?.fault instanceof Error ? node.fault.message : 'No node leads, or the database cannot be reached.';
  return json(503, { status: 'notReady', role: node?.role ?? 'seeks', reason });
}
