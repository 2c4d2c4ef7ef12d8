/** Work at the file system that may be under way at once, at each level of a tree. */
const atOnce = 32;

/** Does something with each item, a limited number at once. */
export async function inParallel<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  limit = atOnce,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const item = items[next];
      next += 1;
      if (item !== undefined) await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
