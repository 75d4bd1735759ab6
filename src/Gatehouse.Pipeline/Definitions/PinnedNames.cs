using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// The names that were pinned on a server, under any authorization: for all callers, and for each caller with its own pins. Used under the lock of
/// its owner.
/// </summary>
/// <remarks>
/// It is used for each definition of a list, so its cost must not grow with the number of callers. For each name it counts the authorizations that
/// have pinned it, and for each digest of a name those that have pinned that digest.
/// </remarks>
internal sealed class PinnedNames
{
    private readonly Dictionary<Name, int> holders = [];
    private readonly Dictionary<(Name, string Digest), int> holdersOfDigest = [];

    /// <summary>Counts a digest that one authorization has pinned.</summary>
    /// <param name="server">The server's name in the configuration.</param>
    /// <param name="source">The server's source.</param>
    /// <param name="definition">The definition.</param>
    /// <param name="digest">Its digest.</param>
    /// <param name="isFirst">True for the first digest of the name under this authorization.</param>
    public void Add(string server, string source, ServerDefinition definition, string digest, bool isFirst)
    {
        var name = new Name(server, source, definition.Kind, definition.Name);
        if (isFirst) holders[name] = holders.GetValueOrDefault(name) + 1;
        holdersOfDigest[(name, digest)] = holdersOfDigest.GetValueOrDefault((name, digest)) + 1;
    }

    /// <summary>Tells whether an authorization has pinned the name, and none with this digest.</summary>
    public bool IsAnother(string server, string source, ServerDefinition definition, string digest)
    {
        var name = new Name(server, source, definition.Kind, definition.Name);
        return holdersOfDigest.GetValueOrDefault((name, digest)) < holders.GetValueOrDefault(name);
    }

    private readonly record struct Name(string Server, string Source, DefinitionKind Kind, string Of);
}
