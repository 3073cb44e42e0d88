// What one schedule came to. Owns the shape; it passes between processes.

export interface Outcome {
  readonly seed: number;
  /** What does not hold; empty when everything does. */
  readonly problems: readonly string[];
  readonly figures: Figures;
  /** Set when it did not end: something of it may still go on in its process. */
  readonly isStuck?: boolean;
}

/** What a schedule came to, to show that schedules do something. */
export interface Figures {
  readonly steps: number;
  readonly typed: number;
  readonly logged: number;
  readonly attention: number;
  readonly contests: number;
  readonly crashes: number;
  /** Computers that lost their power at a write. */
  readonly deaths: number;
  /** Drafts that began as amendments. */
  readonly created: number;
  /** Times the server's database was lost and its backup restored. */
  readonly restores: number;
  /** Times a draft was folded, as its log says. */
  readonly folds: number;
  readonly states: string;
  /** Root of the log: the same seed gives the same one. */
  readonly root: string;
}

/** Of a schedule that came to no end. */
export const NOTHING: Figures = {
  steps: 0,
  typed: 0,
  logged: 0,
  attention: 0,
  contests: 0,
  crashes: 0,
  deaths: 0,
  created: 0,
  restores: 0,
  folds: 0,
  states: '',
  root: '',
};
