using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>A person that signed in at a provider. Serialized only into sealed rows.</summary>
internal sealed record SignedInPerson
{
    // A generated reader sets an absent member to null, whatever its initializer is (decision 0143).

    /// <summary>Name of the provider in the configuration.</summary>
    public required string Provider { get; init; }

    /// <summary>
    /// Issuer identifier of the provider at the sign-in; null where an earlier version stored the person. Threat: an administrator gives the name of
    /// a provider to another issuer, and the people of the one before keep what they had.
    /// </summary>
    public string? Issuer { get; init; }

    /// <summary>The subject at the provider.</summary>
    public required string ProviderSubject { get; init; }

    /// <summary>The name to show, such as name or mail address; text of the provider.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Roles at the provider.</summary>
    public ImmutableArray<string> Roles { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Groups at the provider.</summary>
    public ImmutableArray<string> Groups { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>True when the person has groups that the provider did not list.</summary>
    public bool GroupsIncomplete { get; init; }

    /// <summary>The scopes that the provider's access token for the gateway has; null where the provider says nothing about scopes.</summary>
    public ImmutableArray<string>? Scopes { get; init; }

    /// <summary>The level of authentication (<c>acr</c>); null when the provider names none.</summary>
    public string? AuthenticationContext { get; init; }

    /// <summary>The means of authentication (<c>amr</c>).</summary>
    public ImmutableArray<string> AuthenticationMethods { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>When the person authenticated (<c>auth_time</c>); null when the provider does not say.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary>The provider's tokens as their endpoint returned them, JSON in UTF-8. Kept sealed for a later exchange; never logged.</summary>
    public byte[] ProviderTokens { get; init => field = value ?? []; } = [];

    /// <summary>The moment before they were requested; null where an earlier version stored the person.</summary>
    public DateTimeOffset? ProviderTokensAt { get; init; }

    /// <summary>The subject as tokens of the gateway name it: the provider's name, a colon, the subject at the provider. Two providers cannot name
    /// one person.</summary>
    [JsonIgnore]
    public string Subject => $"{Provider}:{ProviderSubject}";

    /// <summary>Only provider and subject.</summary>
    public override string ToString() => Subject;
}
