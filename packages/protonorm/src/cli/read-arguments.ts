import type { ArgDef, ArgsDef } from 'citty';
import { nearestName, ProtoNormError } from '@protonorm/tensor';

/** Flags that may stand without a value. */
const VALUE_OPTIONAL: ReadonlySet<string> = new Set(['resume']);

/**
 * Checks the arguments of a command and brings flags into the one form `--name=value`: nothing that a command does not
 * know is ignored, no flag swallows the next one as its value, and none is given twice.
 *
 * @throws `invalid-argument` for an unknown flag (with the nearest), a missing, repeated or surplus one
 */
export function readArguments(rawArgs: readonly string[], defined: ArgsDef): string[] {
  const flags: string[] = [];
  const positionals: string[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < rawArgs.length; i++) {
    const token = rawArgs[i];
    if (token === '--') {
      positionals.push(...rawArgs.slice(i + 1));
      break;
    }
    if (!token.startsWith('-') || token === '-') {
      positionals.push(token);
      continue;
    }
    const { name, value, definition } = readFlag(token, defined);
    if (seen.has(name)) throw refusal(`--${name} is given twice.`, token, 'Give it once.');
    seen.add(name);
    if (definition.type === 'boolean') {
      flags.push(`--${name}=${readSwitch(token, value)}`);
    } else if (value !== undefined) {
      flags.push(`--${name}=${value}`);
    } else if (isValue(rawArgs[i + 1])) {
      flags.push(`--${name}=${rawArgs[++i]}`);
    } else if (VALUE_OPTIONAL.has(name)) {
      flags.push(`--${name}=`);
    } else {
      const hint = definition.valueHint ?? 'value';
      throw refusal(`--${name} needs a value.`, rawArgs[i + 1], `Write --${name} <${hint}>.`);
    }
  }
  checkPositionals(positionals, defined);
  return [...flags, '--', ...positionals];
}

function readFlag(token: string, defined: ArgsDef): { name: string; value?: string; definition: ArgDef } {
  const [, name, value] = /^--?([^=]*)(?:=(.*))?$/s.exec(token)!;
  const flags = Object.entries(defined).filter(([, { type }]) => type !== 'positional');
  const negated = name.startsWith('no-') ? name.slice('no-'.length) : undefined;
  for (const [known, definition] of flags) {
    if (!token.startsWith('--')) break;
    if (known === name) return { name, definition, ...(value !== undefined && { value }) };
    if (known === negated && definition.type === 'boolean' && value === undefined) {
      return { name: known, definition, value: 'false' };
    }
  }
  const known = flags.map(([flag]) => flag);
  const near = nearestName(name, known);
  throw refusal(
    `Unknown flag '${token.split('=')[0]}'.`,
    token,
    near === undefined
      ? `Known are ${known.map((flag) => `--${flag}`).join(', ')}.`
      : `Did you mean --${near}?`,
  );
}

function readSwitch(token: string, value = 'true'): string {
  if (value === 'true' || value === 'false') return value;
  throw refusal(`${token.split('=')[0]} is on or off, received '${value}'.`, token, 'Leave the value out.');
}

/** A number may be negative; anything else behind a dash is the next flag. */
function isValue(token: string | undefined): boolean {
  return token !== undefined && (!token.startsWith('-') || token === '-' || /^-[\d.]/.test(token));
}

function checkPositionals(given: readonly string[], defined: ArgsDef): void {
  const places = Object.entries(defined).filter(([, { type }]) => type === 'positional');
  const missing = places.slice(given.length).find(([, { required }]) => required !== false);
  if (missing !== undefined) {
    const [name, { description }] = missing;
    throw refusal(`<${name}> is missing: ${description ?? 'it is required'}`, given, 'See --help.');
  }
  if (given.length > places.length) {
    throw refusal(
      `'${given[places.length]}' is one argument too many.`,
      given,
      places.length === 0
        ? 'This command takes flags only; see --help.'
        : `Expected ${places.map(([name]) => `<${name}>`).join(' ')}; see --help.`,
    );
  }
}

function refusal(message: string, received: unknown, hint: string): ProtoNormError {
  return new ProtoNormError('invalid-argument', message, { received, hint });
}
