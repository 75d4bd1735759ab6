using Gatehouse.Identity.Revocations;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The revocations of a host's callers, and the issuers that it trusts. The authentication of callers is made after the parts that ask this, and
/// sets both. A host whose only caller is its person has neither.
/// </summary>
internal sealed class CallerRevocations
{
    /// <summary>The revocations by control and by file, and the contained callers.</summary>
    /// <exception cref="InvalidOperationException">It is not set.</exception>
    public IRevocationList List
    {
        get => field ?? throw NotSet();
        set;
    }

    /// <summary>Returns the issuers whose callers are trusted.</summary>
    /// <exception cref="InvalidOperationException">It is not set.</exception>
    public Func<IEnumerable<string>> Issuers
    {
        get => field ?? throw NotSet();
        set;
    }

    private static InvalidOperationException NotSet() => new("the host authenticates no callers");
}
