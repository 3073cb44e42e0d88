/** What running one conformance vector found. Shared by every runner of vector files. */
export interface VectorOutcome {
  readonly id: string;
  /** The vector's model, rule or kind. */
  readonly kind: string;
  readonly pass: boolean;
  /** What the file expects, as it stands there. */
  readonly expected: unknown;
  /** What the product computed; absent when it could not. */
  readonly actual: unknown;
  /** Why it failed, or what to know about it. */
  readonly note?: string;
}
