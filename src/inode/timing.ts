// The periods of inode.c, each with its C name where it has one.

/** DEFAULT_ORPHAN_SCAN_DELAY_MS, of the mount option orphan_scan_delay_ms. */
export const ORPHAN_SCAN_DELAY_MS = 10_000;
/** Of that option, how soon and how late a scan comes after the one before it. */
export const ORPHAN_SCAN_LOW_PERCENT = 80;
export const ORPHAN_SCAN_HIGH_PERCENT = 120;
