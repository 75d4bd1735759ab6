using Gatehouse.Pipeline.Lists;

namespace Gatehouse.Pipeline.Authorize;

/// <summary>
/// What an external decision point said in this exchange about entries of lists, so that rules which cannot wait know it. What it
/// was not asked about is not permitted.
/// </summary>
internal sealed class PrefetchedDecisions
{
    private Dictionary<(long Generation, ListKind Kind, string Name), bool>? known;

    /// <summary>Notes an answer; the last counts.</summary>
    public void Note(long generation, ListKind kind, string name, bool isPermitted) => (known ??= [])[(generation, kind, name)] = isPermitted;

    /// <summary>True when the last answer was a permit.</summary>
    public bool IsPermitted(long generation, ListKind kind, string name) => known is not null && known.GetValueOrDefault((generation, kind, name));
}
