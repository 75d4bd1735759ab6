using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>
/// A consent of a person to a client, as administrators see it. All texts but the resource and the state are texts of strangers. The state is one of
/// <see cref="ConsentStates"/>; grants are those that live.
/// </summary>
public sealed record ConsentView(
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("client")] string Client,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("redirect")] string Redirect,
    [property: JsonPropertyName("resource")] string Resource,
    [property: JsonPropertyName("scopes")] string Scopes,
    [property: JsonPropertyName("at")] DateTimeOffset At,
    [property: JsonPropertyName("until")] DateTimeOffset Until,
    [property: JsonPropertyName("grants")] int Grants,
    [property: JsonPropertyName("state")] string State);
