/** What stands inside of an element; nothing stands for nothing. */
export type Child = Node | string | number | null | undefined | false;

/** An element with attributes (null and undefined are left out) and children; text is text, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number | null | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...nodes(children));
  return made;
}

/** The same for SVG. */
export function svgElement<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number | null | undefined>> = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  setAttributes(made, attributes);
  made.append(...nodes(children));
  return made;
}

/** Sets text only where it changed, so that a screen reader says nothing twice. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

function setAttributes(
  target: Element,
  attributes: Readonly<Record<string, string | number | null | undefined>>,
): void {
  for (const [name, value] of Object.entries(attributes))
    if (value !== null && value !== undefined) target.setAttribute(name, String(value));
}

function nodes(children: readonly Child[]): (Node | string)[] {
  return children.flatMap((child) =>
    child === null || child === undefined || child === false
      ? []
      : [typeof child === 'number' ? String(child) : child],
  );
}
