using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// Which names were pinned on a server, under whatever authorization: for all callers, and for each of those that have pins of their own.
/// Used under the lock of its owner.
/// </summary>
/// <remarks>
/// It is asked for each definition of a list, so its cost must not grow with the callers: of each name it counts those who have pinned it, and
/// of each digest of a name those who have pinned that one.
/// </remarks>
internal sealed class PinnedNames
{
    private readonly Dictionary<Name, int> holders = [];
    private readonly Dictionary<(Name, string Digest), int> holdersOfDigest = [];

    /// <summary>Counts a digest that one authorization has pinned.</summary>
    /// <param name="server">The server's name in the configuration.</param>
    /// <param name="source">Where it comes from.</param>
    /// <param name="definition">The definition.</param>
    /// <param name="digest">Its digest.</param>
    /// <param name="isFirst">True for the first digest of the name under this authorization.</param>
    public void Add(string server, string source, ServerDefinition definition, string digest, bool isFirst)
    {
        var name = new Name(server, source, definition.Kind, definition.Name);
        if (isFirst) holders[name] = holders.GetValueOrDefault(name) + 1;
        holdersOfDigest[(name, digest)] = holdersOfDigest.GetValueOrDefault((name, digest)) + 1;
    }

    /// <summary>True when somebody has pinned the name, and not with this digest.</summary>
    public bool IsAnother(string server, string source, ServerDefinition definition, string digest)
    {
        var name = new Name(server, source, definition.Kind, definition.Name);
        return holdersOfDigest.GetValueOrDefault((name, digest)) < holders.GetValueOrDefault(name);
    }

    private readonly record struct Name(string Server, string Source, DefinitionKind Kind, string Of);
}
