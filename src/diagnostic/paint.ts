/** The few colours of problem reports. Six escape codes are no reason to load a package when something went wrong. */
export interface Paint {
  red(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
  bold(text: string): string;
  dim(text: string): string;
}

const between = (open: number, close: number) => (text: string) => `\u001b[${open}m${text}\u001b[${close}m`;
const bare = (text: string) => text;

export const colored: Paint = {
  red: between(31, 39),
  yellow: between(33, 39),
  cyan: between(36, 39),
  bold: between(1, 22),
  dim: between(2, 22),
};

export const plain: Paint = { red: bare, yellow: bare, cyan: bare, bold: bare, dim: bare };
