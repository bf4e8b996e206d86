/** The list with a removed item at the place it had, or at the end where that is nearer; as it is where it has the item. */
export function putBack<T>(list: readonly T[], item: T, at: number): readonly T[] {
  return list.includes(item) ? list : [...list.slice(0, at), item, ...list.slice(at)];
}
