using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Onboarding;

namespace Gatehouse.Cli.InitCommands;

/// <summary>Options that <c>init</c> and <c>undo</c> share.</summary>
/// <param name="files">The description of <c>--file</c>, which has another default in each of them.</param>
internal sealed class EditOptions(string files)
{
    public Option<string[]> Clients { get; } =
        new("--client") { Description = "Only files of this client. Can be repeated.", HelpName = "name" };

    public Option<string[]> Servers { get; } =
        new("--server") { Description = "Only the server with this name. Can be repeated.", HelpName = "name" };

    public Option<string[]> Files { get; } = new("--file") { Description = files, HelpName = "path" };

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Show the changes, and change nothing." };

    public Option<bool> Yes { get; } = new("--yes") { Description = "Accept the edits of files without a question. The command still shows them." };

    public Option<bool> Json { get; } = CommonOptions.Json();

    /// <summary>Returns the selection. Returns null, and reports the fault, when a client's name is not known.</summary>
    public EditSelection? Selection(ParseResult parsed)
    {
        var clients = parsed.GetValue(Clients) ?? [];
        if (clients.FirstOrDefault(client => !WrapPlanner.Clients.Contains(client, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            Terminal.Fault($"the client '{unknown}' is unknown");
            Terminal.Hint("known clients: " + string.Join(", ", WrapPlanner.Clients));
            return null;
        }

        return new EditSelection(clients, parsed.GetValue(Servers) ?? [], [.. (parsed.GetValue(Files) ?? []).Select(Path.GetFullPath)]);
    }
}
