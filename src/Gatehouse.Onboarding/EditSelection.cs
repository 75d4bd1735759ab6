namespace Gatehouse.Onboarding;

/// <summary>The filter of an edit. An empty part filters nothing.</summary>
/// <param name="Clients">Names of clients, in any case of letters.</param>
/// <param name="Servers">Names of servers as they are in the files.</param>
/// <param name="Files">Absolute paths of files. A file of a workspace is edited only when it is named here.</param>
public sealed record EditSelection(IReadOnlyList<string> Clients, IReadOnlyList<string> Servers, IReadOnlyList<string> Files)
{
    /// <summary>Everything of this person.</summary>
    public static EditSelection All { get; } = new([], [], []);

    internal bool Takes(string client, string server, string file) =>
        (Clients.Count == 0 || Clients.Contains(client, StringComparer.OrdinalIgnoreCase)) && (Servers.Count == 0 || Servers.Contains(server))
            && (Files.Count == 0 || Files.Contains(file));
}
