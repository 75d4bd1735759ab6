namespace Gatehouse.Cli.Output;

/// <summary>
/// The facts of a running process, in the order in which a person asks: whether it is ready and with which generation, then issuers and
/// sign-in providers that fail, then its servers, then figures by name.
/// </summary>
internal static class StatusText
{
    private static readonly string[] First = ["url", "ready", "store.alarm", "alarms", "contained", "generation", "definitions"];

    /// <summary>Prints the facts, a line each.</summary>
    public static void Print(IReadOnlyDictionary<string, string>? facts)
    {
        var all = facts ?? new Dictionary<string, string>();
        foreach (var (name, value) in all.OrderBy(fact => Rank(fact.Key)).ThenBy(fact => fact.Key, StringComparer.Ordinal))
            Terminal.Row(ProposedCommands.Complete($"{name}: {value}"));
    }

    // What is contained follows the number.
    private static int Rank(string name) =>
        name.StartsWith("contained.", StringComparison.Ordinal) ? Array.IndexOf(First, "contained") : RankOf(name);

    private static int RankOf(string name) => Array.IndexOf(First, name) is >= 0 and var at ? at
        : name.StartsWith("issuer.", StringComparison.Ordinal) || name.StartsWith("provider.", StringComparison.Ordinal) ? First.Length
        : name.StartsWith("server.", StringComparison.Ordinal) ? First.Length + 1 : First.Length + 2;
}
