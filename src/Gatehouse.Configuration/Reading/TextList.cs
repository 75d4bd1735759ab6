namespace Gatehouse.Configuration.Reading;

/// <summary>The texts that belong to a name in a mapping of lists.</summary>
/// <param name="Items">The texts, at least one.</param>
internal sealed record TextList(IReadOnlyList<string> Items)
{
    public override string ToString() => $"[{string.Join(", ", Items)}]";
}
