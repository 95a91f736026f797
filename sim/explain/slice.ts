// What an event depends on: the events without which it would not have been, or would have met
// other state. A graph from each event to what set it going, to who wrote what its steps read, to
// what its task did before, to the arrival of a message that it took and to the write of a block
// that it read. What is not reached from a failure has no part in it.

/** Nodes are numbers; an edge leads from one to an earlier one that it depends on. */
export class Graph {
  private readonly edges = new Map<number, Set<number>>();

  add(node: number, on: number): void {
    if (node === on) return;
    const known = this.edges.get(node);
    if (known === undefined) this.edges.set(node, new Set([on]));
    else known.add(on);
  }

  /** Everything that these depend on, themselves too. */
  reachedFrom(nodes: Iterable<number>): Set<number> {
    const reached = new Set(nodes);
    const open = [...reached];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (const on of this.edges.get(node) ?? []) {
        if (reached.has(on)) continue;
        reached.add(on);
        open.push(on);
      }
    }
    return reached;
  }
}

/** Who wrote which field last. */
export class LastWrites {
  private readonly byObject = new WeakMap<object, Map<unknown, number>>();

  wrote(target: object, key: unknown, node: number): void {
    const known = this.byObject.get(target);
    if (known === undefined) this.byObject.set(target, new Map([[key, node]]));
    else known.set(key, node);
  }

  of(target: object, key: unknown): number | undefined {
    return this.byObject.get(target)?.get(key);
  }
}
