// The programs of client.c.

export const clientPrograms = [] as const;
