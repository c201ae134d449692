/** Which controls fit into a row. */

export const ROUND_PX = 38;
export const GAP_PX = 8;

/**
 * How many of the optional controls fit beside those that must be there, with a button for the rest if there is one.
 *
 * @param widths of the optional ones, the most wanted first.
 * @param always how many round buttons there are in any case.
 */
export function fitting(width: number, widths: readonly number[], always: number): number {
  const room = width - always * (ROUND_PX + GAP_PX) + GAP_PX;
  const taken = (count: number) => widths.slice(0, count).reduce((sum, each) => sum + each + GAP_PX, 0);
  if (taken(widths.length) <= room) return widths.length;
  let count = widths.length - 1;
  while (count > 0 && taken(count) + ROUND_PX + GAP_PX > room) count -= 1;
  return count;
}
