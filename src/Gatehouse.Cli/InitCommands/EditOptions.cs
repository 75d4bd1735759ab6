using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Onboarding;

namespace Gatehouse.Cli.InitCommands;

/// <summary>Options that <c>init</c> and <c>undo</c> share.</summary>
internal sealed class EditOptions
{
    public Option<string[]> Clients { get; } =
        new("--client") { Description = "Only this client's files; may be given more than once.", HelpName = "name" };

    public Option<string[]> Servers { get; } =
        new("--server") { Description = "Only the server of this name; may be given more than once.", HelpName = "name" };

    public Option<string[]> Files { get; } = new("--file")
        { Description = "Only this file; may be given more than once. Files of workspaces are edited only when named.", HelpName = "path" };

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Show what would change and end." };

    public Option<bool> Yes { get; } = new("--yes") { Description = "Accept the edits of files without being asked. They are shown all the same." };

    public Option<bool> Json { get; } = CommonOptions.Json();

    /// <summary>The selection; null, with the fault told, when a client's name is not known.</summary>
    public EditSelection? Selection(ParseResult parsed)
    {
        var clients = parsed.GetValue(Clients) ?? [];
        if (clients.FirstOrDefault(client => !WrapPlanner.Clients.Contains(client, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            Terminal.Fault($"no client is known as '{unknown}'");
            Terminal.Hint("known are: " + string.Join(", ", WrapPlanner.Clients));
            return null;
        }

        return new EditSelection(clients, parsed.GetValue(Servers) ?? [], [.. (parsed.GetValue(Files) ?? []).Select(Path.GetFullPath)]);
    }
}
