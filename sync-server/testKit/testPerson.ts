// A person with a device for tests: the session, HTTP and lifecycle commands. Owns nothing a real client would not.
import { randomUUID } from 'node:crypto';
import { toBase64 } from '@countersign/shared/history';
import { ENTRY_KIND_OF } from '@countersign/shared/lifecycle';
import type { CommandDone, CommandKind, VersionDetail } from '@countersign/shared/protocol/api';
import type { SignedEntry } from '../history/index.ts';
import { LocalDevice } from '../lifecycle/index.ts';
import { TestDraft } from './testDraft.ts';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

/** Somebody signed in. */
export class TestPerson {
  readonly url: string;
  readonly userId: string;
  readonly token: string;
  readonly device: LocalDevice;

  private constructor(url: string, userId: string, token: string, device: LocalDevice) {
    this.url = url;
    this.userId = userId;
    this.token = token;
    this.device = device;
  }

  /** Signs in and enrols a device (a new one, or the one given). */
  static async signIn(url: string, userId: string, device?: LocalDevice): Promise<TestPerson> {
    const workspace = (await (await fetch(`${url}/api/v1/workspace`)).json()) as { id: string };
    const answer = await fetch(`${url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userId }),
    });
    const { token } = (await answer.json()) as { token: string };
    const own = device ?? new LocalDevice(workspace.id, userId);
    const person = new TestPerson(url, userId, token, own);
    await person.post('/devices', { publicKey: toBase64(own.publicKey), name: 'Test device' });
    return person;
  }

  /** The same person, session and device at another node. */
  at(url: string): TestPerson {
    return new TestPerson(url, this.userId, this.token, this.device);
  }

  async request<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const init: RequestInit = { method, headers: { authorization: `Bearer ${this.token}`, ...headers } };
    if (body !== undefined) {
      init.body = JSON.stringify(body);
      init.headers = { ...init.headers, 'content-type': 'application/json' };
    }
    const response = await fetch(`${this.url}/api/v1${path}`, init);
    const text = await response.text();
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T, headers: response.headers };
  }

  get<T>(path: string): Promise<Answer<T>> {
    return this.request('GET', path);
  }

  post<T>(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>> {
    return this.request('POST', path, body, headers);
  }

  /** Signs and sends a lifecycle command for the content as it is, or for `hash`. */
  async command(
    versionId: string,
    kind: CommandKind,
    more: { readonly hash?: string; readonly key?: string; readonly reason?: string } = {},
  ): Promise<Answer<CommandDone & { code?: string; detail?: string }>> {
    const { body } = await this.get<VersionDetail>(`/versions/${versionId}`);
    const contentHash = more.hash ?? body.contentHash;
    const part0 = await this.#part0(kind, versionId, contentHash, body, more.reason);
    const head = this.device.head();
    const signed = this.device.sign(ENTRY_KIND_OF[kind], versionId, part0);
    const answer = await this.sendCommand(versionId, kind, signed, contentHash, more.key);
    if (answer.status !== 200) this.device.rewind('c1', head);
    return answer as Answer<CommandDone & { code?: string; detail?: string }>;
  }

  sendCommand(versionId: string, kind: CommandKind, signed: SignedEntry, hash: string, key: string = randomUUID()) {
    const body = {
      entry: toBase64(signed.bytes),
      signature: toBase64(signed.signature),
      payload: toBase64(signed.payload),
    };
    const headers = { 'if-match': `"${hash}"`, 'idempotency-key': key };
    return this.post<CommandDone>(`/versions/${versionId}/commands/${kind}`, body, headers);
  }

  async #part0(kind: CommandKind, versionId: string, contentHash: string, detail: VersionDetail, reason?: string) {
    const bound = { versionId, contentHash };
    if (kind === 'submit') return { ...bound, authors: detail.authors.map(({ userId }) => userId), changes: [] };
    if (kind === 'export') return { ...bound, target: 'file', idempotencyKey: randomUUID() };
    if (kind === 'approve') {
      const { body } = await this.get<{ policyHash: string }>('/workspace');
      const logIndex = detail.submittedIndex ?? '0';
      return { ...bound, logIndex, policyHash: body.policyHash, decision: 'APPROVE' };
    }
    return reason === undefined ? bound : { ...bound, reason };
  }

  /** Opens a draft's socket and waits until it is caught up. */
  async openDraft(versionId: string, have = 0): Promise<TestDraft> {
    const draft = await TestDraft.connect(this, versionId, have);
    await draft.until(() => draft.caughtUp);
    return draft;
  }

  async ticket(): Promise<string> {
    return (await this.post<{ ticket: string }>('/tickets')).body.ticket;
  }
}
