using Gatehouse.Gateway.Approvals;

namespace Gatehouse.Range.Doubles;

/// <summary>Takes each beginning of a path for one of its folders.</summary>
internal sealed class PrefixFolders : RememberedFolders
{
    public override IReadOnlyList<string> Of(string text) => [.. Enumerable.Range(1, text.Length).Reverse().Select(length => text[..length])];
}
