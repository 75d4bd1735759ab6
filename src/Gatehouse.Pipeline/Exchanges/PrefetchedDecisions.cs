using Gatehouse.Pipeline.Lists;

namespace Gatehouse.Pipeline.Exchanges;

/// <summary>
/// The answers of an external decision point in this exchange about entries of lists, for rules that cannot wait. An entry without an answer is not
/// permitted.
/// </summary>
internal sealed class PrefetchedDecisions
{
    private Dictionary<(long Generation, ListKind Kind, string Name), bool>? known;

    /// <summary>Records an answer; the last one counts.</summary>
    public void Note(long generation, ListKind kind, string name, bool isPermitted) => (known ??= [])[(generation, kind, name)] = isPermitted;

    /// <summary>Tells whether the last answer was a permit.</summary>
    public bool IsPermitted(long generation, ListKind kind, string name) => known is not null && known.GetValueOrDefault((generation, kind, name));
}
