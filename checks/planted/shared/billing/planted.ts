// Target of a planted violation.
export const billing = 1;
