// What a step has changed of its mount's state and of its own locals, and the same with some of it
// put back: as if an assignment were missing in its text or in a function that it calls.
//
// A change is named by its path without keys and indices, `net.conns[*].recvSeq`: what a loop does
// to many is one change. An array that has become longer or shorter is one too. What is below a
// topmost field is not written to in place, since a message or a block may share it.

import { deepClone } from "../../engine/state/clone.ts";

/** Asked about each path that has changed: whether it is to be as it was. */
export type Undoes = (path: string) => boolean;

type Fields = Record<string, unknown>;

const LOCALS = "locals.";
const DIGIT = /\d/;
const below = (path: string, key: string): string =>
  DIGIT.test(key) ? `${path}[*]` : `${path}.${key}`;
/** A table of src/core: whether a thing is in it is one change. */
const SLOT = /\.slots(?:\[\*\](?:\.generation|\.value)?)?(?=\.|$)/g;
const named = (path: string): string => path.replace(SLOT, "[*]");

const isObject = (v: unknown): v is object => typeof v === "object" && v !== null;
/** A handle, a message: another one, and not the same which has changed. */
const isOther = (old: Fields, now: Fields): boolean =>
  ["id", "generation"].some((name) => old[name] !== now[name]);

/** Whether all of it has changed: a value, the length of a list, which things are in it. */
function isWhole(old: unknown, now: unknown): boolean {
  if (!isObject(old) || !isObject(now)) return true;
  if (!Array.isArray(old) || !Array.isArray(now)) return isOther(old as Fields, now as Fields);
  return old.length !== now.length || old.some((one, i) => isObject(one) && isWhole(one, now[i]));
}

function keysOf(old: Fields, now: Fields): string[] {
  return [...Object.keys(now), ...Object.keys(old).filter((key) => !(key in now))];
}

/** Nothing below differs. Nearly everything is so, and this is much faster than to name it. */
function isSame(old: unknown, now: unknown): boolean {
  if (Object.is(old, now)) return true;
  if (!isObject(old) || !isObject(now)) return false;
  const was = old as Fields;
  const is = now as Fields;
  for (const key in is) if (!isSame(was[key], is[key]) || !(key in was)) return false;
  for (const key in was) if (!(key in is)) return false;
  return true;
}

/** `now`, or a copy of it in which some of what has changed is as it was. */
function undone(old: unknown, now: unknown, path: string, undoes: Undoes): unknown {
  if (isSame(old, now)) return now;
  if (isWhole(old, now)) {
    // a local without a value makes no sense
    if (old === undefined && path.startsWith(LOCALS)) return now;
    return undoes(named(path)) ? deepClone(old) : now;
  }
  let copy: Fields | undefined;
  const was = old as Fields;
  const is = now as Fields;
  for (const key of keysOf(was, is)) {
    const value = undone(was[key], is[key], below(path, key), undoes);
    if (Object.is(value, is[key])) continue;
    copy ??= (Array.isArray(is) ? is.slice() : { ...is }) as Fields;
    if (key in was) copy[key] = value;
    else delete copy[key];
  }
  return copy ?? now;
}

/** As it is now, with a way to put back what changes from here on. `isWanted`: of which of its
 *  fields. */
function kept(of: object, prefix: string, isWanted: (path: string) => boolean) {
  const fields = of as Fields;
  const names = Object.keys(fields).filter((name) => isWanted(`${prefix}${name}`));
  const old = names.map((name) => [name, deepClone(fields[name])] as const);
  return (undoes: Undoes): void => {
    for (const [name, was] of old) {
      const value = undone(was, fields[name], `${prefix}${name}`, undoes);
      if (!Object.is(value, fields[name])) fields[name] = value;
    }
  };
}

/** Keeps how things are before a step. The answer, once the step has run, tells `undoes` of what
 *  has changed. `only`: the one path that counts. */
export function beforeStep(state: object, locals: object, only?: string): (u: Undoes) => void {
  const isWanted = (path: string): boolean =>
    only === undefined || only === path || [".", "["].some((end) => only.startsWith(path + end));
  const ofState = kept(state, "", isWanted);
  const ofLocals = kept(locals, LOCALS, isWanted);
  return (undoes) => {
    ofState(undoes);
    ofLocals(undoes);
  };
}
