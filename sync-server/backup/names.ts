// What the parts of a copied workspace are called. Owns the names only.
export const DATABASE = 'countersign.db';
export const EXPORTS = 'exports';
/** Batches of facts as they came, of a workspace in PostgreSQL: nodes make their files of facts from them. */
export const FACT_BATCHES = 'fact-batches';
