/**
 * Calls `task` for every item, at most `atOnce` at the same time. The first rejection ends it: no further item is begun.
 */
export async function eachOf<T>(items: readonly T[], atOnce: number, task: (item: T) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  const takeTurns = async () => {
    try {
      for (const item of { [Symbol.iterator]: () => rest }) await task(item);
    } catch (error) {
      for (const _ of { [Symbol.iterator]: () => rest });
      throw error;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, takeTurns));
}
