// Target of a planted violation.
export const main = 1;
