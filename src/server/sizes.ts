// How large the devices are, and what is measured by that: SCOUTFS_SERVER_DATA_FILL_TARGET and
// SCOUTFS_DATA_ALLOC_MAX_ZONES. mkfs was given half of each device, so that a resize has room.

/** 4 GiB in blocks of 4 KiB. */
export const DATA_FILL_TARGET = 2 ** 20;
export const DATA_ALLOC_MAX_ZONES = 1024;

/** 32 GiB in blocks of 64 KiB, and 1 TiB in blocks of 4 KiB. */
export const META_DEVICE_BLOCKS = 2 ** 19;
export const DATA_DEVICE_BLOCKS = 2 ** 28;

export const MKFS_META_BLOCKS = META_DEVICE_BLOCKS / 2;
export const MKFS_DATA_BLOCKS = DATA_DEVICE_BLOCKS / 2;
/** The numbers below are those of the root's inode group. */
export const MKFS_NEXT_INO = 1024;
