namespace Gatehouse.Pipeline.Recording;

/// <summary>A request's payload as an event keeps it.</summary>
/// <param name="Sealed">Sealed under a key of its subject, base64url.</param>
/// <param name="What">What of the message is in it: <see cref="Whole"/> or <see cref="WithoutBlanks"/>.</param>
/// <param name="Bytes">How many bytes it is, opened.</param>
public sealed record KeptPayload(string Sealed, string What, int Bytes)
{
    /// <summary>The message, byte by byte as it came.</summary>
    public const string Whole = "message";

    /// <summary>The message without the blanks between its parts, which mean nothing.</summary>
    public const string WithoutBlanks = "message-without-blanks";
}
