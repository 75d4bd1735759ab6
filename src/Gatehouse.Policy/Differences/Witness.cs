namespace Gatehouse.Policy;

/// <summary>What became of the search for arguments, claims and a time.</summary>
/// <param name="Found">A caller and a request that do; null when none was found.</param>
/// <param name="IsImpossible">True when none was found and everything that could matter was tried.</param>
internal sealed record Witness((PolicyCaller Caller, PolicyRequest Request)? Found, bool IsImpossible)
{
    public static Witness Impossible { get; } = new(null, true);

    public static Witness Unknown { get; } = new(null, false);
}
