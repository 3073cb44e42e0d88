// Exit codes that every subcommand shares, after sysexits. Owns the numbers only.

/** The command line itself is wrong. */
export const EXIT_USAGE = 64;
