using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Gatehouse.Identity.Issuers;

/// <summary>
/// The scopes of an issuer that include others (MCP row A17). Applied once, when a token is verified, so that every check and every rule sees the
/// same scopes. Challenges still name the scopes that an operation needs and nothing broader.
/// </summary>
public sealed class ScopeHierarchy
{
    /// <summary>The most scopes that a hierarchy names on its left side.</summary>
    public const int MaxScopes = 1000;

    private readonly FrozenDictionary<string, ImmutableArray<string>> closure;

    /// <summary>Works out what each scope implies, directly and through others.</summary>
    /// <param name="implies">From a scope to those it implies.</param>
    /// <exception cref="ArgumentException">A circle, see <see cref="FindCycle"/>, or too many scopes.</exception>
    public ScopeHierarchy(IReadOnlyDictionary<string, ImmutableArray<string>> implies)
    {
        ArgumentNullException.ThrowIfNull(implies);
        if (implies.Count > MaxScopes)
            throw new ArgumentException($"A hierarchy has at most {MaxScopes} scopes.", nameof(implies));
        if (FindCycle(implies) is { } scope)
            throw new ArgumentException($"The scope '{scope}' implies itself.", nameof(implies));
        closure = implies.Keys.ToFrozenDictionary(name => name, name => Implied(implies, name), StringComparer.Ordinal);
    }

    /// <summary>A hierarchy in which no scope implies another.</summary>
    public static ScopeHierarchy None { get; } = new(ImmutableDictionary<string, ImmutableArray<string>>.Empty);

    /// <summary>Finds a scope that implies itself, directly or through others. Such scopes would be one, which is never intended.</summary>
    /// <returns>The scope, or null when there is none.</returns>
    public static string? FindCycle(IReadOnlyDictionary<string, ImmutableArray<string>> implies)
    {
        ArgumentNullException.ThrowIfNull(implies);
        return implies.Keys.Order(StringComparer.Ordinal).FirstOrDefault(name => Implied(implies, name).Contains(name, StringComparer.Ordinal));
    }

    /// <summary>Returns the scopes given and all that they imply, the given ones first, each once.</summary>
    public ImmutableArray<string> Expand(ImmutableArray<string> scopes)
    {
        if (closure.Count == 0 || !scopes.Any(closure.ContainsKey))
            return scopes;
        return [.. scopes.Concat(scopes.SelectMany(scope => closure.TryGetValue(scope, out var implied) ? implied : []))
            .Distinct(StringComparer.Ordinal)];
    }

    private static ImmutableArray<string> Implied(IReadOnlyDictionary<string, ImmutableArray<string>> implies, string name)
    {
        var found = new List<string>();
        var pending = new Stack<string>(Direct(implies, name).Reverse());
        while (pending.TryPop(out var next))
        {
            if (found.Contains(next, StringComparer.Ordinal))
                continue;
            found.Add(next);
            foreach (var further in Direct(implies, next).Reverse())
                pending.Push(further);
        }

        return [.. found];
    }

    private static ImmutableArray<string> Direct(IReadOnlyDictionary<string, ImmutableArray<string>> implies, string name) =>
        implies.TryGetValue(name, out var direct) ? direct : [];
}
