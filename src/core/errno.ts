// The error numbers that cross the protocol, by their Linux names.

export type Errno =
  | "EAGAIN"
  | "EADDRINUSE"
  | "EADDRNOTAVAIL"
  | "EBADMSG"
  | "EBUSY"
  | "ECONNABORTED"
  | "ECONNREFUSED"
  | "ECONNRESET"
  | "EEXIST"
  | "EINPROGRESS"
  | "EINTR"
  | "EINVAL"
  | "EIO"
  | "ENOENT"
  | "ENOLCK"
  | "ENOLINK"
  | "ENOMEM"
  | "ENOSPC"
  | "ENOTCONN"
  | "EPIPE"
  | "ERESTARTSYS"
  | "ESHUTDOWN"
  | "ESTALE"
  | "ETIMEDOUT";

/** What a call or an I/O hands to the step after it. */
export interface Ret<V = unknown> {
  readonly value?: V;
  readonly error?: Errno | undefined;
}
