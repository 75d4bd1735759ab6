using Gatehouse.Inventory.Reading;

namespace Gatehouse.Onboarding;

/// <summary>The intended change of a file's meaning: the rest must read exactly as before.</summary>
internal sealed class TreeChange
{
    // A chain of aliases in YAML multiplies the steps of a walk. A file that needs more steps is not edited.
    private const int MostSteps = 2_000_000;

    private readonly Dictionary<ConfigNode, ConfigNode> replaced = [];
    private readonly Dictionary<ConfigNode, ConfigMember> added = [];
    private readonly HashSet<ConfigNode> removed = [];
    private int steps;

    /// <summary>Replaces a value.</summary>
    public void Replace(ConfigNode value, ConfigNode by) => replaced.Add(value, by);

    /// <summary>Adds a member behind the one that has the value.</summary>
    public void AddAfter(ConfigNode value, string name, ConfigNode added) => this.added.Add(value, new ConfigMember(name, added, 0, -1));

    /// <summary>Removes the member with the value.</summary>
    public void Remove(ConfigNode value) => removed.Add(value);

    /// <summary>Returns whether the second file reads as the first with this change and nothing else.</summary>
    public bool Leads(ConfigNode from, ConfigNode to)
    {
        steps = 0;
        return Same(from, to);
    }

    private bool Same(ConfigNode from, ConfigNode to)
    {
        if (++steps > MostSteps) return false;
        if (replaced.TryGetValue(from, out var by)) from = by;
        if (from.Kind != to.Kind || from.Text != to.Text || from.IsQuoted != to.IsQuoted) return false;
        var members = Members(from).ToList();
        return members.Count == to.Members.Count && from.Items.Count == to.Items.Count
            && members.Zip(to.Members).All(pair => pair.First.Name == pair.Second.Name && Same(pair.First.Value, pair.Second.Value))
            && from.Items.Zip(to.Items).All(pair => Same(pair.First, pair.Second));
    }

    private IEnumerable<ConfigMember> Members(ConfigNode map)
    {
        foreach (var member in map.Members)
        {
            if (!removed.Contains(member.Value)) yield return member;
            if (this.added.TryGetValue(member.Value, out var added)) yield return added;
        }
    }
}
