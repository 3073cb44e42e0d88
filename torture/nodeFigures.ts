// What a run of node misfortunes counted. Owns the figures and their words.

interface Stall {
  readonly name: string;
  /** Whether another node led after it, or the same one anew. */
  readonly takenOver: boolean;
  readonly ms: number;
}

export class NodeFigures {
  misfortunes = 0;
  acknowledged = 0;
  /** Entries that were sent again on another socket. */
  resent = 0;
  /** Checkpoints proved consistent with the one before. */
  consistent = 0;
  lost = 0;
  duplicated = 0;
  /** Checkpoints that are not of the log. */
  split = 0;
  unsound = 0;
  readonly problems: string[] = [];
  readonly #stalls: Stall[] = [];

  /** Says how long after a misfortune the first entry that was sent after it was acknowledged. */
  writableAfter(name: string, takenOver: boolean, ms: number): void {
    this.#stalls.push({ name, takenOver, ms });
  }

  get line(): string {
    const { misfortunes, lost, duplicated, split, unsound } = this;
    return `${misfortunes} misfortunes of nodes, ${lost} lost, ${duplicated} duplicated, ${split} split, ${unsound} unsound`;
  }

  get notes(): string[] {
    const { acknowledged, resent, consistent } = this;
    const taken = this.#stalls.filter(({ takenOver }) => takenOver);
    const kept = this.#stalls.filter(({ takenOver }) => !takenOver);
    const kinds = [...new Set(this.#stalls.map(({ name }) => name))].sort();
    return [
      `nodes: ${acknowledged} entries acknowledged, ${resent} sent again, ${consistent} checkpoints proved to extend the one before.`,
      `nodes: writable again after a take-over in ${spread(taken)}; without one in ${spread(kept)}.`,
      ...kinds.map((kind) => `nodes: ${kind}: ${spread(this.#stalls.filter(({ name }) => name === kind))}`),
    ];
  }
}

function spread(stalls: readonly Stall[]): string {
  const sorted = stalls.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number): string => {
    const ms = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return `${(ms / 1000).toFixed(2)} s`;
  };
  return sorted.length === 0 ? 'no case' : `p50 ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)} (${sorted.length})`;
}
