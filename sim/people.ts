// Who is in a simulated workspace and at which computer. Owns the lists.

/** Computers that write: two of one person, so that person and device are told apart. */
export const WRITERS = [
  ['laptop', 'u-finance'],
  ['desk', 'u-ops'],
  ['home', 'u-finance'],
  ['tablet', 'u-reviewer'],
  ['office', 'u-ops'],
  ['travel', 'u-finance'],
] as const;
/** Computers of people who decide. */
export const DECIDERS = [
  ['approving', 'u-approver'],
  ['control', 'u-controller'],
] as const;
/** Roles that the schedule takes away and gives back. */
export const CHANGING_ROLES: readonly (readonly [userId: string, role: string])[] = [
  ['u-finance', 'editor'],
  ['u-ops', 'editor'],
  ['u-reviewer', 'reviewer'],
  ['u-approver', 'approver'],
  // People who write and may approve: what others wrote.
  ['u-ops', 'approver'],
  ['u-finance', 'approver'],
];
