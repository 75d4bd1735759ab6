using System.Text.Json.Serialization;
using Gatehouse.AuthorizationServer.Providers;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>The sealed facts of a sign-in that succeeded, until the person confirms it.</summary>
internal sealed record Confirmation
{
    /// <summary>The request.</summary>
    public required AuthorizationRequest Request { get; init; }

    /// <summary>The person.</summary>
    public required SignedInPerson Person { get; init; }

    /// <summary>When the person signed in: the time of the row.</summary>
    [JsonIgnore]
    public DateTimeOffset At { get; init; }
}
