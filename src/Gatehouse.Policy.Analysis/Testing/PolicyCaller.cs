using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatehouse.Policy.Analysis.Testing;

/// <summary>A caller of a question, with the content of its token.</summary>
public sealed record PolicyCaller
{
    /// <summary>Issuer that represents any when none is named.</summary>
    public const string AnyIssuer = "https://issuer.example";

    /// <summary>Subject that represents any when none is named.</summary>
    public const string AnySubject = "someone";

    /// <summary>Issuer of the token.</summary>
    public string Issuer { get; init; } = AnyIssuer;

    /// <summary>Subject of the token.</summary>
    public string Subject { get; init; } = AnySubject;

    /// <summary>Client id, or null when the token names none.</summary>
    public string? Client { get; init; }

    /// <summary>Roles.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Groups.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Scopes.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Authentication context and methods.</summary>
    public IReadOnlyList<string> Strengths { get; init; } = [];

    /// <summary>True when the token does not name all its groups.</summary>
    public bool MoreGroups { get; init; }

    /// <summary>Ids of rules with terms of access whose right the caller has.</summary>
    public IReadOnlyList<string> Rights { get; init; } = [];

    /// <summary>Claims in addition to those that follow from the rest; null for none.</summary>
    public JsonObject? Claims { get; init; }

    /// <summary>
    /// Returns the subject that policy sees. Claims <c>iss</c>, <c>sub</c>, <c>client_id</c>, <c>roles</c>, <c>groups</c> and <c>scope</c> follow
    /// from the rest unless they are given.
    /// </summary>
    public PolicySubject ToSubject()
    {
        using var document = JsonDocument.Parse(AllClaims().ToJsonString());
        var claims = document.RootElement.Clone();
        return new PolicySubject(Issuer, Subject, Client, Scopes, Roles, Groups)
        {
            Strengths = Strengths,
            GroupsAreIncomplete = MoreGroups,
            Claims = name => claims.TryGetProperty(name, out var value) ? value : null,
        };
    }

    /// <summary>Returns the caller in a few words.</summary>
    public override string ToString()
    {
        var parts = new List<string> { Subject == AnySubject ? "someone" : $"subject {Subject}" };
        if (Issuer != AnyIssuer) parts.Add($"issuer {Issuer}");
        if (Client is not null) parts.Add($"client {Client}");
        Add(parts, "role", Roles);
        Add(parts, "group", Groups);
        if (MoreGroups) parts.Add("more groups than the token names");
        Add(parts, "scope", Scopes);
        Add(parts, "strength", Strengths);
        Add(parts, "right", Rights);
        if (Claims is { Count: > 0 }) parts.Add($"claims {Claims.ToJsonString()}");
        return string.Join(", ", parts);
    }

    private static void Add(List<string> parts, string what, IReadOnlyList<string> names)
    {
        if (names.Count > 0) parts.Add($"{what} {string.Join(" and ", names)}");
    }

    private JsonObject AllClaims()
    {
        var all = Claims?.DeepClone().AsObject() ?? [];
        all.TryAdd("iss", Issuer);
        all.TryAdd("sub", Subject);
        if (Client is not null) all.TryAdd("client_id", Client);
        if (Roles.Count > 0) all.TryAdd("roles", List(Roles));
        if (Groups.Count > 0 && !MoreGroups) all.TryAdd("groups", List(Groups));
        if (Scopes.Count > 0) all.TryAdd("scope", string.Join(' ', Scopes));
        return all;
    }

    private static JsonArray List(IReadOnlyList<string> names) => [.. names.Select(name => (JsonNode)name)];
}
