using System.Text.Json;

namespace Gatehouse.Policy;

/// <summary>The caller, as the verified token names it. Network place and the client's own words are not part of it.</summary>
/// <param name="issuer">Issuer of the token.</param>
/// <param name="id">Subject of the token, unique within the issuer.</param>
/// <param name="clientId">The authenticated client, when the token names one.</param>
/// <param name="scopes">Scopes of the token.</param>
/// <param name="roles">Roles claimed by the issuer.</param>
/// <param name="groups">Groups claimed by the issuer.</param>
public sealed class PolicySubject(
    string issuer,
    string id,
    string? clientId,
    IReadOnlyList<string> scopes,
    IReadOnlyList<string> roles,
    IReadOnlyList<string> groups)
{
    private static readonly Func<string, JsonElement?> NoClaims = static _ => null;

    /// <summary>Issuer of the token.</summary>
    public string Issuer { get; } = issuer;

    /// <summary>Subject of the token, unique within the issuer.</summary>
    public string Subject { get; } = id;

    /// <summary>The authenticated client, or null when the token names none.</summary>
    public string? ClientId { get; } = clientId;

    /// <summary>Scopes of the token.</summary>
    public IReadOnlyList<string> Scopes { get; } = scopes;

    /// <summary>Roles claimed by the issuer.</summary>
    public IReadOnlyList<string> Roles { get; } = roles;

    /// <summary>Groups claimed by the issuer.</summary>
    public IReadOnlyList<string> Groups { get; } = groups;

    /// <summary>The strength of the caller's authentication: the context (<c>acr</c>) and methods (<c>amr</c>, RFC 8176).</summary>
    public IReadOnlyList<string> Strengths { get; init; } = [];

    /// <summary>
    /// True when the token says that the caller has more groups than it names (Entra's group overage). A rule's test of groups is undecidable then.
    /// </summary>
    public bool GroupsAreIncomplete { get; init; }

    /// <summary>Gives any claim of the token by its exact name, or null when there is none.</summary>
    public Func<string, JsonElement?> Claims { get; init; } = NoClaims;

    /// <summary>
    /// The party that asks about this subject in its place: an enforcement point at the decision service. Null where the subject itself asks.
    /// </summary>
    public PolicySubject? Asker { get; init; }

    /// <summary>
    /// What the index of the last policy remembers of this subject: the rules that speak of it. Only that index reads and writes it; the subject does
    /// not depend on its type.
    /// </summary>
    internal object? RulesMemo { get; set; }

    /// <summary>The same of the rules that ask a person, which have an index of their own.</summary>
    internal object? AskingMemo { get; set; }

    /// <summary>What the last policy remembers of this subject: the names that its rules ask for. Read and written by that policy alone.</summary>
    internal object? NamesMemo { get; set; }

    internal bool TryGetClaim(string name, out JsonElement value)
    {
        var found = Claims(name);
        value = found.GetValueOrDefault();
        return found.HasValue;
    }
}
