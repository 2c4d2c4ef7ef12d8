const esc = '\u001b';
/** How the library goes back over its last picture: it blanks each line, from the last one up. */
const blanking = new RegExp(`^(?:${esc}\\[2K(?:${esc}\\[1A)?)+${esc}\\[G`);
/** Terminals that know it show what is between the two at once. */
const together = { begin: `${esc}[?2026h`, end: `${esc}[?2026l` };

/**
 * A picture that is written over the last one instead of blanking that one first, so that nothing flickers.
 * @param frame what the library writes: blanked lines, then the new ones
 */
export function steadyFrame(frame: string): string {
  const back = blanking.exec(frame)?.[0];
  if (back === undefined) return withBlanks(frame);
  const ups = back.split(`${esc}[1A`).length - 1;
  const lines = withBlanks(frame.slice(back.length)).replaceAll('\n', `${esc}[K\n`);
  return `${together.begin}\r${ups > 0 ? `${esc}[${ups}A` : ''}${lines}${esc}[J${together.end}`;
}

const blank = '\u00a0';

/** The library measures a line again at each blank, which takes longer than all else: for it there are none. */
export const oneWord = (text: string): string => text.replaceAll(' ', blank);
export const withBlanks = (text: string): string => text.replaceAll(blank, ' ');
