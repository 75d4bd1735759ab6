using System.CommandLine;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli;

/// <summary><c>gatehouse completion</c>: the script by which a shell completes commands and options.</summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        // The words are compared here and not by compgen -W, which would expand what they hold.
        ["bash"] = """
            _gatehouse() {
              local line="${COMP_LINE:0:COMP_POINT}" word
              COMPREPLY=()
              while IFS= read -r word; do
                [[ $word == "${COMP_WORDS[COMP_CWORD]}"* ]] && COMPREPLY+=("$word")
              done < <("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)
            }
            complete -o default -F _gatehouse gatehouse
            """,
        // As a file in fpath, the whole text is the function, and its first call has to complete too.
        ["zsh"] = """
            #compdef gatehouse
            _gatehouse() {
              local line="${(j: :)words[1,CURRENT]}"
              local -a found
              found=(${(f)"$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)"})
              compadd -a found || _files
            }
            if [[ $funcstack[1] == _gatehouse ]]; then _gatehouse "$@"; else compdef _gatehouse gatehouse; fi
            """,
        ["fish"] = """
            function __gatehouse
              set -l line (commandline -cp)
              set -l words (commandline -opc)
              $words[1] "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete -c gatehouse -a '(__gatehouse)'
            """,
    };

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnly([.. Scripts.Keys]);
        var command = new Command("completion",
            """
            Print a script that completes commands and options in a shell.

            Examples:
              gatehouse completion bash > ~/.local/share/bash-completion/completions/gatehouse
              source <(gatehouse completion zsh)
              gatehouse completion fish > ~/.config/fish/completions/gatehouse.fish
            """)
        { shell };
        command.SetAction(parsed =>
        {
            Terminal.Lines(Scripts[parsed.GetValue(shell)!].Split('\n'));
            return ExitCodes.Done;
        });
        return command;
    }
}
