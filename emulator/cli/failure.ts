/** The command line was not understood: exit code 2. */
export class UsageError extends Error {}

/** It was understood, and did not work: exit code 1. */
export class CommandFailed extends Error {}
