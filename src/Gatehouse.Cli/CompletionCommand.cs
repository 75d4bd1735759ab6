using System.CommandLine;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli;

/// <summary><c>gatehouse completion</c>: the script by which a shell completes commands and options.</summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            _gatehouse() {
              local IFS=$'\n'
              COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _gatehouse gatehouse
            """,
        ["zsh"] = """
            #compdef gatehouse
            _gatehouse() {
              local -a found
              found=("${(@f)$("${words[1]}" "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
              compadd -- $found
              _files
            }
            compdef _gatehouse gatehouse
            """,
        ["fish"] = """
            function __gatehouse
              set -l line (commandline -cp)
              gatehouse "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete -c gatehouse -a '(__gatehouse)'
            """,
    };

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion",
            """
            Print a script that completes commands and options in a shell.

            Examples:
              gatehouse completion bash > ~/.local/share/bash-completion/completions/gatehouse
              source <(gatehouse completion zsh)
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
