/** Signed history: canonical entries, Merkle tree, signed notes, checkpoints, proofs, keys, bundles and the check of a log. */
export * from './bundle/index.ts';
export * from './bytes.ts';
export * from './canonicalBytes.ts';
export * from './chain.ts';
export * from './checkpoint.ts';
export * from './ed25519.ts';
export * from './entry.ts';
export * from './keyring.ts';
export * from './leaf.ts';
export * from './merkle.ts';
export * from './note.ts';
export * from './payload.ts';
export * from './payloads.ts';
export * from './proofs.ts';
export * from './tiles.ts';
export * from './tlogProof.ts';
export * from './vkey.ts';
