import type { Command, OptionSpec } from './command.ts';
import { binaryName } from './help.ts';
import { commonOptions } from './parse-command.ts';

/** A script that completes the commands of the table, their options, and the words that those may be. */
export function completionScript(shell: 'bash' | 'zsh', commands: readonly Command[]): string {
  return shell === 'bash' ? bash(commands) : zsh(commands);
}

const optionsOf = (command: Command): readonly (readonly [string, OptionSpec])[] =>
  Object.entries({ ...command.options, ...commonOptions });

function bash(commands: readonly Command[]): string {
  const cases = commands.map((command) => {
    const options = optionsOf(command).map(([name]) => `--${name}`);
    const words = command.positionals.flatMap(({ choices = [] }) => choices);
    const isPath = command.positionals.some((spec) => spec.isPath);
    const values = optionsOf(command)
      .filter(([, spec]) => spec.type === 'string')
      .map(([name, { choices, isPath: takesPath }]) => {
        const reply = takesPath
          ? '$(compgen -f -- "$word")'
          : `$(compgen -W "${(choices ?? []).join(' ')}" -- "$word")`;
        return `        --${name}) COMPREPLY=(${reply}); return ;;`;
      });
    const others = isPath ? '[[ $word == -* ]] || COMPREPLY+=($(compgen -f -- "$word"))' : ':';
    return [
      `    ${command.name})`,
      ...(values.length === 0 ? [] : ['      case $before in', ...values, '      esac']),
      `      COMPREPLY=($(compgen -W "${[...words, ...options].join(' ')}" -- "$word"))`,
      `      ${others} ;;`,
    ].join('\n');
  });
  return `# Completion of ${binaryName} for bash.
_${functionName}() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if (( COMP_CWORD == 1 )); then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')}" -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac
}
complete -o filenames -F _${functionName} ${binaryName}`;
}

function zsh(commands: readonly Command[]): string {
  const cases = commands.map((command) => {
    const options = optionsOf(command).map(([name, spec]) => {
      const value = spec.type === 'boolean' ? '' : `:value:${action(spec)}`;
      return `        ${quoted(`--${name}[${bracketed(spec.description)}]${value}`)}`;
    });
    const places = command.positionals.map((spec, index) => {
      const at = spec.many ? '*' : String(index + 1);
      return `        ${quoted(`${at}:${spec.name}:${action(spec)}`)}`;
    });
    return [
      `      ${command.name})`,
      '        _arguments \\',
      [...options, ...places].join(' \\\n'),
      '        ;;',
    ].join('\n');
  });
  const descriptions = commands.map(
    ({ name, summary }) => `    ${quoted(`${name}:${summary.replaceAll(':', '\\:')}`)}`,
  );
  return `#compdef ${binaryName}
# Completion of ${binaryName} for zsh.
_${functionName}() {
  local -a commands
  commands=(
${descriptions.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = "_${functionName}" ]; then _${functionName} "$@"; else compdef _${functionName} ${binaryName}; fi`;
}

const functionName = binaryName.replaceAll('-', '_');

const action = ({ choices, isPath }: Pick<OptionSpec, 'choices' | 'isPath'>): string =>
  isPath ? '_files' : choices === undefined ? ' ' : `(${choices.join(' ')})`;

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A description between brackets may have neither of them, nor a colon, as it is. */
const bracketed = (text: string): string => text.replaceAll(/[[\]:]/g, (character) => `\\${character}`);
