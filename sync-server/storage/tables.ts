// Column shapes of the server's own tables, for kysely. Owns names and types; the data they hold is described in port.ts.

export interface Tables {
  meta: { key: string; value: string };
  log: {
    idx: number;
    leaf: Uint8Array;
    hash: Uint8Array;
    doc: string;
    kind: string;
    actor: string;
    dev: string;
    epoch: string;
    seq: number;
    entry_hash: string;
    payload: Uint8Array | null;
  };
  checkpoint: { size: number; note: string };
  users: { id: string; name: string; roles: string; says: string };
  devices: {
    id: string;
    user_id: string;
    name: string;
    public_key: Uint8Array;
    command_epoch: string;
    enrolled_at: number;
    revoked_at: number | null;
    frozen_at: number | null;
  };
  sessions: { token_hash: string; user_id: string; expires_at: number };
  contracts: { id: string; kind: string; number: string; title: string; counterparty: string };
  versions: {
    id: string;
    contract_id: string;
    kind: string;
    sequence: number;
    title: string;
    state: string;
    base_version_id: string | null;
    content_hash: string | null;
    effective_from: string | null;
    created_at: string;
    changed_at: string;
  };
  epochs: { version_id: string; device_id: string; epoch: string; client_id: number };
  idempotency: { scope: string; key: string; body_hash: string; status: number; answer: string };
}
