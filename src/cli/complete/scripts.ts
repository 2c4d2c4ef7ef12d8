export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

/** A script that teaches a shell to ask the program for completions. @param program its name */
export function completionScript(shell: Shell, program: string): string {
  return scripts[shell].replaceAll('PROGRAM', program).replaceAll('FUNCTION', program.replace(/\W/g, '_'));
}

/** The words are taken from the line itself: bash splits them at `=` and `:`, where candidates are cut again. */
const bash = `# bash completion of PROGRAM
_FUNCTION_complete() {
  local line=\${COMP_LINE:0:COMP_POINT} words current answer number candidate cut
  read -ra words <<<"$line"
  if [[ $line == *[[:space:]] ]]; then words+=(''); fi
  current=\${words[\${#words[@]} - 1]}
  answer=$("\${words[0]}" __completeNoDesc "\${words[@]:1}" 2>/dev/null) || return
  number=\${answer##*:}
  answer=\${answer%:*}
  cut=
  if [[ $current == *[=:]* ]]; then cut=\${current%"\${current##*[=:]}"}; fi
  COMPREPLY=()
  while IFS= read -r candidate; do
    if [[ -n $candidate ]]; then COMPREPLY+=("\${candidate#"$cut"}"); fi
  done <<<"$answer"
  if ((number & 2)); then compopt -o nospace 2>/dev/null; fi
  if ((number & 16)); then
    while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen -d -- "\${current#"$cut"}")
    compopt -o filenames 2>/dev/null
  elif ! ((number & 4)); then
    while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen -f -- "\${current#"$cut"}")
    if ((\${#COMPREPLY[@]} > 0)) && [[ -z $answer ]]; then compopt -o filenames 2>/dev/null; fi
  fi
}
complete -F _FUNCTION_complete PROGRAM
`;

const zsh = `#compdef PROGRAM
# zsh completion of PROGRAM
_FUNCTION() {
  local answer number line
  local -a candidates
  answer=$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null) || return
  number=\${answer##*:}
  for line in "\${(@f)\${answer%:*}}"; do
    [[ -z $line ]] && continue
    local value=\${line%%$'\\t'*} about=
    [[ $line == *$'\\t'* ]] && about=\${line#*$'\\t'}
    candidates+=("\${value//:/\\\\:}\${about:+:$about}")
  done
  if (( \${#candidates} )); then
    if (( number & 2 )); then _describe -V PROGRAM candidates -S ''; else _describe -V PROGRAM candidates; fi
  fi
  if (( number & 16 )); then _files -/
  elif (( ! (number & 4) )); then _files
  fi
}
if [ "$funcstack[1]" = "_FUNCTION" ]; then _FUNCTION "$@"; else compdef _FUNCTION PROGRAM; fi
`;

const fish = `# fish completion of PROGRAM
function __FUNCTION_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l answer ($words[1] __complete $words[2..-1] 2>/dev/null)
  or return
  set -l number (string sub -s 2 -- $answer[-1])
  for line in $answer[1..-2]
    test -n "$line"; and echo $line
  end
  if test (math "bitand($number, 16)") -ne 0
    __fish_complete_directories (commandline -ct)
  else if test (math "bitand($number, 4)") -eq 0
    __fish_complete_path (commandline -ct)
  end
end
complete -c PROGRAM -f -a '(__FUNCTION_complete)'
`;

const powershell = `# PowerShell completion of PROGRAM
Register-ArgumentCompleter -Native -CommandName 'PROGRAM' -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($wordToComplete -eq '') { $words += '' }
  $answer = @(& 'PROGRAM' __complete @words 2>$null)
  if ($answer.Count -eq 0) { return }
  $answer | Select-Object -SkipLast 1 | ForEach-Object {
    $value, $about = $_ -split "\`t", 2
    if (-not $about) { $about = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
  }
}
`;

const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell };
