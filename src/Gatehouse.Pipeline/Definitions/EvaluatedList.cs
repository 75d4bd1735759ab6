namespace Gatehouse.Pipeline.Definitions;

/// <summary>The verdicts of the policies on one list. It is created once for each list and snapshot and shared by all callers.</summary>
public sealed class EvaluatedList
{
    private readonly Dictionary<string, EvaluatedDefinition> byName;

    internal EvaluatedList(Dictionary<string, EvaluatedDefinition> byName)
    {
        this.byName = byName;
        Until = byName.Count == 0 ? DateTimeOffset.MaxValue : byName.Values.Min(one => one.Until);
        IsAllVisible = byName.Values.All(one => one.Withheld is null);
    }

    /// <summary>End of the validity of the whole.</summary>
    public DateTimeOffset Until { get; }

    /// <summary>True when no entry is withheld from all callers.</summary>
    public bool IsAllVisible { get; }

    /// <summary>The definitions by name.</summary>
    public IReadOnlyDictionary<string, EvaluatedDefinition> Definitions => byName;

    /// <summary>Returns the verdict on the entry of that name; null when the list has none.</summary>
    public EvaluatedDefinition? Find(string name) => byName.GetValueOrDefault(name);
}
