/** The figures of contracts, worked out once after a change however often lists ask. Owns remembering them; must not compute any. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ContractFigures } from '@countersign/shared/protocol/api';
import { Problem } from '../http/problem.ts';
import { Remembered } from '../lifecycle/remembered.ts';
import type { Services } from '../services.ts';
import type { ContractRow, VersionRow } from '../storage/index.ts';
import { contractFigures } from './contractFigures.ts';
import { storedVersion } from './previewSource.ts';
import { isBilled } from './workspacePreview.ts';

export class FigureBook {
  readonly #services: Services;
  readonly #known = new Remembered<ContractFigures | null>();

  constructor(services: Services) {
    this.#services = services;
  }

  /** [SCR-61] Figures of a version of the contract; null when it cannot be read. @param versions every version of the contract. */
  async of(contract: ContractRow, versions: readonly VersionRow[], versionId: string): Promise<ContractFigures | null> {
    const chain = versions
      .filter(({ id, state }) => id === versionId || isBilled(state))
      .toSorted((a, b) => a.sequence - b.sequence);
    const stamps = await Promise.all(chain.map((row) => this.#stamp(row)));
    return this.#known.of(versionId, stamps.join(' '), () => this.#read(contract, chain, versionId));
  }

  /** What the figures are worked out from: the version, its state and its content. */
  async #stamp({ id, state, contentHash }: VersionRow): Promise<string> {
    const content = contentHash ?? (await this.#services.storage.lastIndexOfDoc(id));
    return `${id}:${state}:${content}`;
  }

  async #read(contract: ContractRow, chain: readonly VersionRow[], versionId: string): Promise<ContractFigures | null> {
    const { views, log } = this.#services;
    // After a start a list asks for all of them: whoever asks for anything else is answered between two.
    await nextTurn();
    try {
      // One after the other: a list of hundreds must not open them all at once.
      const stored = [];
      for (const { id } of chain) stored.push(await views.reading(id, storedVersion(contract)));
      const shown = stored.find(({ summary }) => summary.versionId === versionId);
      return shown === undefined ? null : contractFigures(stored, shown);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 404) throw error;
      // The list goes without its figures; opening the document says what is wrong with it.
      log.warn('a version could not be read for the list of contracts', { version: versionId });
      return null;
    }
  }
}
