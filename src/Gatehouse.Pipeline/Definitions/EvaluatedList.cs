namespace Gatehouse.Pipeline.Definitions;

/// <summary>What the judges said of one list. It is made once for each list and snapshot and shared by all callers.</summary>
public sealed class EvaluatedList
{
    private readonly Dictionary<string, EvaluatedDefinition> byName;

    internal EvaluatedList(Dictionary<string, EvaluatedDefinition> byName)
    {
        this.byName = byName;
        Until = byName.Count == 0 ? DateTimeOffset.MaxValue : byName.Values.Min(one => one.Until);
        IsAllVisible = byName.Values.All(one => one.Withheld is null);
    }

    /// <summary>Until when all of it holds.</summary>
    public DateTimeOffset Until { get; }

    /// <summary>True when nothing of it is withheld from everybody.</summary>
    public bool IsAllVisible { get; }

    /// <summary>The definitions by name.</summary>
    public IReadOnlyDictionary<string, EvaluatedDefinition> Definitions => byName;

    /// <summary>What was said of the entry of that name; null when the list has none.</summary>
    public EvaluatedDefinition? Find(string name) => byName.GetValueOrDefault(name);
}
