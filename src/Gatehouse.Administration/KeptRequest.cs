using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>A request that the log keeps, opened.</summary>
/// <param name="Id">The exchange.</param>
/// <param name="Form">The form, as in the field <c>kept</c> of the event model.</param>
/// <param name="Text">The request; null where it was deleted, or there is no key for it.</param>
public sealed record KeptRequest(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("form")] string? Form,
    [property: JsonPropertyName("text")] string? Text);
