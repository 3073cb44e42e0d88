/** The demo's people as they act while the demo is made. Owns their devices' keys, which live only that long. */

import type { Role } from '@countersign/shared/access';
import { ENTRY_KIND_OF } from '@countersign/shared/lifecycle';
import type { CommandKind } from '@countersign/shared/protocol/api';
import { LocalDevice } from '../lifecycle/localDevice.ts';
import type { Services } from '../services.ts';

export interface DemoPerson {
  readonly userId: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly device: LocalDevice;
}

/** Payload members that only some commands have. */
type More = Readonly<Record<string, unknown>>;

export class DemoPeople {
  readonly #services: Services;
  readonly #known = new Map<string, DemoPerson>();

  constructor(services: Services) {
    this.#services = services;
  }

  /** A demo account with an enrolled device. @throws Error for an account the workspace has not. */
  async person(userId: string): Promise<DemoPerson> {
    const known = this.#known.get(userId);
    if (known !== undefined) return known;
    const user = this.#services.people.user(userId);
    if (user === null) throw new Error(`the demo needs the account ${userId}`);
    const device = new LocalDevice(this.#services.workspace.id, userId);
    await this.#services.people.enrolDevice(userId, device.publicKey, 'Demo setup');
    const person = { userId, name: user.name, roles: user.roles as readonly Role[], device };
    this.#known.set(userId, person);
    return person;
  }

  /** Gives a lifecycle command as this person. @returns the version that `amend` opened. */
  async command(userId: string, versionId: string, kind: CommandKind, more: More = {}): Promise<string | null> {
    const person = await this.person(userId);
    const { contentHash } = await this.#services.views.contentOf(versionId);
    const signed = person.device.sign(ENTRY_KIND_OF[kind], versionId, { versionId, contentHash, ...more });
    const { createdId } = await this.#services.lifecycle.run({
      actor: person,
      versionId,
      kind,
      signed: { entry: signed.bytes, signature: signed.signature, payload: signed.payload },
      ifMatch: contentHash,
    });
    return createdId;
  }
}
