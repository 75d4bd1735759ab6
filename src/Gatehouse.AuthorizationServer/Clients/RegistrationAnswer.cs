namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>The answer of the registration endpoint (RFC 7591 §3.2).</summary>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Body">The JSON.</param>
internal readonly record struct RegistrationAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>Why the registration was refused, as a word of the code; null where it was not.</summary>
    public string? Cause { get; init; }

    /// <summary>When another attempt can succeed; null where the time does not matter.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
