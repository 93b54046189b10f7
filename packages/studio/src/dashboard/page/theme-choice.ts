import { element } from './dom/element.ts';

const KEY = 'protonorm-theme';
const THEMES = ['system', 'light', 'dark'] as const;

/** Light, dark, or as the system has it; kept in this browser. */
export function themeChoice(onChange: () => void): HTMLElement {
  const choice = element(
    'select',
    { id: 'theme' },
    ...THEMES.map((name) => element('option', { value: name }, name)),
  );
  const apply = (name: string): void => {
    if (name === 'light' || name === 'dark') document.documentElement.dataset.theme = name;
    else delete document.documentElement.dataset.theme;
  };
  choice.value = THEMES.find((name) => name === stored()) ?? 'system';
  apply(choice.value);
  choice.addEventListener('change', () => {
    apply(choice.value);
    try {
      localStorage.setItem(KEY, choice.value);
    } catch {
      // A browser that keeps nothing: the choice holds until the page is closed.
    }
    onChange();
  });
  return element('label', { class: 'theme', for: 'theme' }, 'Colours ', choice);
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
