# Which projects a change touches and reaches; sourced by ./test, which sets `changed`, the changed files.

# "/A/B/" for the projects with a changed file; "all" if a file changed from which every project is built.
changed_projects() {
  local file folder found=/
  for file in "${changed[@]}"; do
    case $file in
      Directory.*.props | global.json | .editorconfig | */Directory.Build.props | eng/Banned*) echo all; return ;;
    esac
    folder=$(cut -d/ -f1-2 <<<"$file")
    compgen -G "$folder/*.csproj" >/dev/null || continue
    [[ $found == *"/${folder#*/}/"* ]] || found+="${folder#*/}/"
  done
  printf '%s\n' "$found"
}

# The projects that a project names as a reference, or whose sources it compiles too.
declare -A references=()
read_references() {
  local project found
  for project in {src,range,bench,eng,samples,tests}/*/*.csproj; do
    found=$(sed -nE 's/.*Include="(\.\.\/)+([a-z]+\/)?(Gatehouse\.[A-Za-z.]+|EntraStandIn|Shared)\/.*/\3/p' "$project" | LC_ALL=C sort -u | paste -sd' ')
    project=${project##*/}
    references[${project%.csproj}]=$found
  done
}

# True if a project is built from one of the changed ones, or reads pages or shared sources that changed.
is_reached() { # PROJECT CHANGED-PROJECTS
  local name open=("$1") seen=" $1 "
  [[ $2 != all ]] || return 0
  ((${#references[@]} > 0)) || read_references
  while ((${#open[@]} > 0)); do
    name=${open[0]}
    open=("${open[@]:1}")
    [[ $2 != *"/$name/"* ]] || return 0
    [[ $name != Shared ]] || ! is_changed 'tests/Shared/*' || return 0
    for name in ${references[$name]:-}; do
      [[ $seen == *" $name "* ]] || { seen+="$name "; open+=("$name"); }
    done
  done
  [[ $1 != *.Conventions.Tests ]] || return 0
  is_changed 'docs/*' '*.md' 'tests/compat/*' && grep -rqF --include='*.cs' -e docs -e README -e compat "tests/$1"
}
