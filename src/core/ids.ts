// Branded numbers and handles: a rid cannot be passed where a slot is asked for, and an object
// that is gone is found out at its use, as use after free would be in the kernel.

declare const brand: unique symbol;
export type Brand<T, B extends string> = T & { readonly [brand]: B };

/** A whole number of microseconds: an instant or a duration. */
export type Us = Brand<number, "Us">;
/** Index of a mount in its world; several mounts may share a host. */
export type MountId = Brand<number, "MountId">;
export type HostId = Brand<number, "HostId">;
/** Where a socket listens: a host and a port in one number, so that it is plain data. */
export type Address = Brand<number, "Address">;
/** A socket of one mount. */
export type SocketId = Brand<number, "SocketId">;
/** The random id of one mount incarnation (`rid` in scoutfs). */
export type Rid = Brand<number, "Rid">;

export const us = (n: number): Us => n as Us;
export const ms = (n: number): Us => (n * 1000) as Us;
export const seconds = (n: number): Us => (n * 1_000_000) as Us;

const PORTS = 65536;
export const address = (host: HostId, port: number): Address => (host * PORTS + port) as Address;
export const hostOf = (a: Address): HostId => Math.floor(a / PORTS) as HostId;
export const portOf = (a: Address): number => a % PORTS;

/** Everybody but the owner of an object holds one of these; see table.ts. */
export interface Handle<T> {
  readonly id: number;
  readonly generation: number;
  /** Never present: it only tells the type checker what the handle is of. */
  readonly of?: T;
}
