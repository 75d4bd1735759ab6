using System.Buffers;

namespace Gatehouse.Identity.Metadata;

/// <summary>Scopes as they are shown to clients: one order for equal sets (MCP row A16).</summary>
internal static class ScopeSet
{
    /// <summary>A refresh token is the client's affair with its issuer, never the resource's (MCP row A18).</summary>
    private const string OfflineAccess = "offline_access";

    private static readonly SearchValues<char> ScopeCharacters =
        SearchValues.Create(Enumerable.Range(0x21, 0x7E - 0x21 + 1).Select(code => (char)code).Where(c => c is not ('"' or '\\')).ToArray());

    /// <summary>Sorts by code unit, drops repeats and <c>offline_access</c>.</summary>
    /// <exception cref="ArgumentException">A scope is no scope-token (RFC 6749 §3.3).</exception>
    public static IReadOnlyList<string> Canonical(IEnumerable<string> scopes)
    {
        var sorted = new SortedSet<string>(scopes, StringComparer.Ordinal);
        sorted.Remove(OfflineAccess);
        foreach (var scope in sorted)
        {
            if (!IsScopeToken(scope))
                throw new ArgumentException("A scope holds characters outside scope-token (RFC 6749 §3.3).", nameof(scopes));
        }
        return [.. sorted];
    }

    /// <summary>scope-token = 1*( %x21 / %x23-5B / %x5D-7E ) (RFC 6749 §3.3).</summary>
    public static bool IsScopeToken(ReadOnlySpan<char> scope) => !scope.IsEmpty && !scope.ContainsAnyExcept(ScopeCharacters);
}
