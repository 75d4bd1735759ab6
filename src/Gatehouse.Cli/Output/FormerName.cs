using System.CommandLine;
using System.CommandLine.Invocation;

namespace Gatehouse.Cli.Output;

/// <summary>A command under its former name. It still works, is not listed, and names the new one on stderr.</summary>
internal static class FormerName
{
    /// <summary>The first version that no longer has the former names.</summary>
    private const string EndsWith = "0.2";

    /// <summary>Keeps a command under its former name.</summary>
    /// <param name="command">The command, named as before.</param>
    /// <param name="now">The words that replace its name.</param>
    public static Command Of(Command command, string now)
    {
        command.Hidden = true;
        Wrap(command, command.Name, now);
        return command;
    }

    private static void Wrap(Command command, string former, string now)
    {
        command.Description += $"\n\nThis is the former name of 'gatehouse {now}'. It ends with version {EndsWith}.";
        void Note() => Terminal.Note($"'gatehouse {former}' is now 'gatehouse {now}'; the former name ends with version {EndsWith}");
        command.Action = command.Action switch
        {
            AsynchronousCommandLineAction action => new NotedAsync(action, Note),
            SynchronousCommandLineAction action => new Noted(action, Note),
            var none => none,
        };
        foreach (var inner in command.Subcommands) Wrap(inner, $"{former} {inner.Name}", $"{now} {inner.Name}");
    }

    private sealed class NotedAsync(AsynchronousCommandLineAction inner, Action note) : AsynchronousCommandLineAction
    {
        public override Task<int> InvokeAsync(ParseResult parseResult, CancellationToken cancellationToken = default)
        {
            note();
            return inner.InvokeAsync(parseResult, cancellationToken);
        }
    }

    private sealed class Noted(SynchronousCommandLineAction inner, Action note) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            note();
            return inner.Invoke(parseResult);
        }
    }
}
