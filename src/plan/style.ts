/** Marks text for a terminal; the identity without colour. */
export interface Style {
  add(text: string): string;
  change(text: string): string;
  remove(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
  alarm(text: string): string;
}

const plain: Style = {
  add: (text) => text,
  change: (text) => text,
  remove: (text) => text,
  faint: (text) => text,
  strong: (text) => text,
  alarm: (text) => text,
};

function mark(code: string): (text: string) => string {
  return (text) => `\u001b[${code}m${text}\u001b[0m`;
}

const coloured: Style = {
  add: mark('32'),
  change: mark('33'),
  remove: mark('31'),
  faint: mark('2'),
  strong: mark('1'),
  alarm: mark('1;97;41'),
};

export function styleFor(color: boolean): Style {
  return color ? coloured : plain;
}
